import Compute

/// One kind of step of a random program.
struct RandomMove: Sendable {
  /// Whether the result is differentiable everywhere as a function of float values.
  let isSmooth: Bool
  /// Computes a value from others, or nil when there are none that fit.
  let apply: @Sendable (inout RandomPool) -> RandomValue?

  static func smooth(_ apply: @escaping @Sendable (inout RandomPool) -> RandomValue?) -> RandomMove {
    RandomMove(isSmooth: true, apply: apply)
  }

  static func kinked(_ apply: @escaping @Sendable (inout RandomPool) -> RandomValue?) -> RandomMove {
    RandomMove(isSmooth: false, apply: apply)
  }

  /// Every move: all scalar functions on all their types, and all other primitives.
  static let all: [RandomMove] =
    ScalarFunction.allCases.flatMap(moves) + views + indexing + folds + products + casts + transforms
    + attacks + channels
}

extension RandomMove {
  /// The moves that apply a scalar function; the switch is exhaustive, so a new case does not build without its row.
  static func moves(of function: ScalarFunction) -> [RandomMove] {
    switch function {
    case .add, .subtract: [floats(function) { $0[0] + $0[1] }, integers(function) { $0[0] + $0[1] }]
    case .multiply: [floats(function) { $0[0] * $0[1] }, integers(function) { $0[0] * $0[1] }]
    case .guardedMultiply: [floats(function) { $0[0] * $0[1] }]
    case .divide: [quotient, integers(function) { $0[0] }]
    case .minimum, .maximum:
      [floats(function, isSmooth: false) { $0.max() ?? 0 }, integers(function) { $0.max() ?? 0 }]
    case .negate: [floats(function) { $0[0] }, integers(function) { $0[0] }]
    case .absolute: [floats(function, isSmooth: false) { $0[0] }, integers(function) { $0[0] }]
    case .sign: [jumps(function), integers(function) { _ in 1 }]
    case .power: [power]
    case .exp: [floats(function) { $0[0] > 4 ? .infinity : 55 }]
    case .log, .sqrt, .reciprocalSquareRoot: [positive(function)]
    case .tanh, .sigmoid, .erf, .sin, .cos: [floats(function) { _ in 1 }]
    case .floor, .ceil, .round: [jumps(function)]
    case .relu: [floats(function, isSmooth: false) { $0[0] }]
    case .clamp: [floats(function, isSmooth: false) { $0.max() ?? 0 }]
    case .equal, .less, .lessOrEqual: [jumps(function), integers(function) { _ in 1 }]
    case .and, .or, .xor: [truths(function), integers(function) { _ in .infinity }]
    case .not: [truths(function)]
    case .remainder: [integers(function) { $0[1] }]
    case .shiftLeft, .shiftRight: [integers(function) { _ in .infinity }]
    case .select: [selection(.float32), selection(.int32), selection(.bool)]
    case .philox: [integers(function) { _ in .infinity }]
    case .detach: [floats(function, isSmooth: false) { $0[0] }]
    }
  }

  /// Functions that bits pass through unchanged, or that combine them without rounding.
  private static let exactFunctions: Set<ScalarFunction> = [
    .minimum, .maximum, .negate, .absolute, .relu, .clamp, .detach,
  ]

  private static func floats(
    _ function: ScalarFunction, isSmooth: Bool = true, bound: @escaping @Sendable ([Double]) -> Double
  ) -> RandomMove {
    RandomMove(isSmooth: isSmooth) { pool in
      guard let operands = operands(.float32, function.arity, &pool) else { return nil }
      let isExact = exactFunctions.contains(function) && operands.allSatisfy(\.isExact)
      return RandomValue(
        tensor: Tensor.apply(function, operands.map(\.tensor)), bound: bound(operands.map(\.bound)),
        isExact: isExact)
    }
  }

  private static func integers(
    _ function: ScalarFunction, bound: @escaping @Sendable ([Double]) -> Double
  ) -> RandomMove {
    .smooth { pool in
      guard let operands = operands(.int32, function.arity, &pool) else { return nil }
      return RandomValue(
        tensor: Tensor.apply(function, operands.map(\.tensor)), bound: bound(operands.map(\.bound)),
        isExact: true)
    }
  }

  /// A function that jumps, on floats that have the same bits everywhere.
  private static func jumps(_ function: ScalarFunction) -> RandomMove {
    .kinked { pool in
      guard let operands = operands(.float32, function.arity, exact: true, &pool) else { return nil }
      return RandomValue(tensor: Tensor.apply(function, operands.map(\.tensor)), bound: 5, isExact: true)
    }
  }

  private static func truths(_ function: ScalarFunction) -> RandomMove {
    .smooth { pool in
      guard let operands = operands(.bool, function.arity, &pool) else { return nil }
      return RandomValue(tensor: Tensor.apply(function, operands.map(\.tensor)), bound: 1, isExact: true)
    }
  }

  private static func selection(_ element: ElementType) -> RandomMove {
    .smooth { pool in
      guard let values = operands(element, 2, &pool),
        let condition = pool.pick(.bool, shaped: values[0].tensor.shape)
      else { return nil }
      return RandomValue(
        tensor: condition.tensor.select(values[0].tensor, values[1].tensor),
        bound: Swift.max(values[0].bound, values[1].bound), isExact: values.allSatisfy(\.isExact))
    }
  }

  /// Functions of positive numbers.
  private static func positive(_ function: ScalarFunction) -> RandomMove {
    .smooth { pool in
      guard let x = pool.pick(.float32) else { return nil }
      let tensor = Tensor.apply(function, [x.tensor * x.tensor + 0.5])
      return RandomValue(tensor: tensor, bound: 5, isExact: false)
    }
  }

  private static let quotient = RandomMove.smooth { pool in
    guard let x = operands(.float32, 2, &pool) else { return nil }
    return RandomValue(
      tensor: x[0].tensor / (x[1].tensor * x[1].tensor + 0.5), bound: 2 * x[0].bound, isExact: false)
  }

  private static let power = RandomMove.smooth { pool in
    guard let x = operands(.float32, 2, &pool) else { return nil }
    let tensor = (x[0].tensor * x[0].tensor + 0.5).power(x[1].tensor.tanh())
    return RandomValue(tensor: tensor, bound: x[0].bound * x[0].bound + 2, isExact: false)
  }

  /// Operands of one shape or of shapes that broadcast.
  private static func operands(
    _ element: ElementType, _ count: Int, exact: Bool = false, _ pool: inout RandomPool
  ) -> [RandomValue]? {
    guard let first = pool.pick(element, exact: exact) else { return nil }
    let shape = first.tensor.shape
    var found = [first]
    for _ in 1..<Swift.max(1, count) {
      let dropped = pool.int(0...shape.rank)
      let shared = pool.generator.chance(0.3) ? Shape(Array(shape.extents.dropFirst(dropped))) : shape
      guard let next = pool.pick(element, exact: exact, shaped: shared) else { return nil }
      found.append(next)
    }
    return count == 0 ? [] : found
  }
}
