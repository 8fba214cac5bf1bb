import Compute

extension PrimitiveSample {
  /// Samples of every scalar function; the switch is exhaustive, so a new case does not build without its row.
  static let scalarFunctions: [PrimitiveSample] = ScalarFunction.allCases.flatMap(samples)

  private static func samples(of function: ScalarFunction) -> [PrimitiveSample] {
    switch function {
    case .add, .subtract: arithmetic(function, .smooth([2, 3]), .smooth([3]), order: 2)
    case .multiply: arithmetic(function, .smooth([2, 3]), .smooth([2, 1]), order: 3)
    case .guardedMultiply:
      [
        scalar(function, [.smooth([2, 3]), .smooth([2, 1])], order: 3), specialPairs(function),
        scalar(function, "empty", [.smooth([0, 3]), .smooth([3])]),
      ]
    case .divide: arithmetic(function, .smooth([2, 3]), .init([3], .avoiding([0], 0.5...2)), order: 3)
    case .minimum, .maximum: extremes(function)
    case .negate, .absolute, .sign: signs(function)
    case .power: powers
    case .exp, .tanh, .sigmoid, .erf, .sin, .cos:
      [scalar(function, [.smooth([2, 3])], order: 3), special(function), scalar(function, [.smooth([])])]
    case .log, .sqrt, .reciprocalSquareRoot:
      [scalar(function, [.init([2, 3], .uniform(0.5...2))], order: 3), special(function)]
    case .floor, .ceil, .round: rounding(function)
    case .relu:
      [scalar(function, [.init([2, 3], .avoiding([0], -2...2))]), special(function)]
    case .clamp: clamps
    case .equal, .less, .lessOrEqual: comparisons(function)
    case .and, .or, .xor: logic(function)
    case .not: [scalar(function, [.bool([2, 3])], order: 0)]
    case .remainder: [integers(function, extremeIntegers, extremeIntegers.reversed())]
    case .shiftLeft, .shiftRight: [integers(function, extremeIntegers, [0, 1, 31, 4, 8, 16])]
    case .select: selections
    case .philox: [random]
    case .detach: [scalar(function, [.smooth([2, 3])], order: 0)]
    }
  }

  private static func scalar(
    _ function: ScalarFunction, _ inputs: [SampleInput], order: Int = 2
  ) -> PrimitiveSample { scalar(function, "", inputs, order: order) }

  private static func scalar(
    _ function: ScalarFunction, _ detail: String, _ inputs: [SampleInput], order: Int = 2,
    isFinite: Bool = true
  ) -> PrimitiveSample {
    let shapes = inputs.map { "\($0.type)" }.joined(separator: " ")
    let name = ["\(function)", detail, shapes].filter { !$0.isEmpty }.joined(separator: " ")
    return PrimitiveSample(name, inputs, order: order, isFinite: isFinite) { Tensor.apply(function, $0) }
  }

  /// Infinities, NaN, zeros of both signs and large numbers.
  private static let specialNumbers: [Double] = [.infinity, -.infinity, .nan, 0, -0.0, 1000, -1000, 0.5]
  /// The ends of the range and small numbers of both signs.
  private static let extremeIntegers: [Double] = [-2_147_483_648, 2_147_483_647, -7, 7, 0, -1]

  private static func special(_ function: ScalarFunction) -> PrimitiveSample {
    scalar(function, "special", [.floats([8], specialNumbers)], order: 0, isFinite: false)
  }

  private static func integers(_ function: ScalarFunction, _ a: [Double], _ b: [Double]) -> PrimitiveSample {
    scalar(function, "integers", [.int32([6, 1], a), .int32([1, 6], b)], order: 0)
  }

  private static func specialPairs(_ function: ScalarFunction) -> PrimitiveSample {
    scalar(
      function, "special", [.floats([8, 1], specialNumbers), .floats([1, 8], specialNumbers)], order: 0,
      isFinite: false)
  }

  private static func arithmetic(
    _ function: ScalarFunction, _ a: SampleInput, _ b: SampleInput, order: Int
  ) -> [PrimitiveSample] {
    [
      scalar(function, [a, b], order: order), specialPairs(function),
      integers(function, extremeIntegers, extremeIntegers),
      scalar(function, "empty", [.smooth([0, 3]), .smooth([3])]),
    ]
  }

  private static func extremes(_ function: ScalarFunction) -> [PrimitiveSample] {
    [
      scalar(
        function, [.init([2, 3], .lattice(offset: 0.1, -4...4)), .init([3], .lattice(offset: 0.3, -4...4))]),
      specialPairs(function), integers(function, extremeIntegers, extremeIntegers),
    ]
  }

  private static func signs(_ function: ScalarFunction) -> [PrimitiveSample] {
    [
      scalar(function, [.init([2, 3], .avoiding([0], -2...2))]), special(function),
      scalar(function, "integers", [.int32([6], extremeIntegers)], order: 0),
    ]
  }

  private static func rounding(_ function: ScalarFunction) -> [PrimitiveSample] {
    let kinks = stride(from: -2, through: 2, by: 0.5).map { $0 }
    return [
      scalar(function, [.init([2, 3], .avoiding(kinks, -2...2))]),
      scalar(function, "halves", [.init([9], .lattice(offset: 0, -6...6))], order: 0), special(function),
    ]
  }

  private static var powers: [PrimitiveSample] {
    [
      scalar(.power, [.init([2, 3], .uniform(0.5...2)), .init([3], .uniform(-2...2))], order: 3),
      scalar(
        .power, "special",
        [.floats([6], [0, 0, -2, 2, 0, .infinity]), .floats([6], [0, 2, 3, -1, -1, 0.5])],
        order: 0, isFinite: false),
      PrimitiveSample(
        "power of negative and zero bases, constant exponent", [.floats([4], [-1.5, 0, 2, -0.5])]
      ) {
        $0[0].power(3)
      },
    ]
  }

  private static var clamps: [PrimitiveSample] {
    [
      scalar(
        .clamp,
        [
          .init([4, 3], .lattice(offset: 0.1, -4...4)), .init([3], .lattice(offset: 0.3, -3 ... -1)),
          .init([4, 1], .lattice(offset: 0.4, 0...2)),
        ]),
      scalar(
        .clamp, "special", [.floats([8], specialNumbers), .floats([], [-1]), .floats([], [1])], order: 0,
        isFinite: false),
    ]
  }

  private static func comparisons(_ function: ScalarFunction) -> [PrimitiveSample] {
    [
      scalar(function, [.init([2, 3], .integers(0...2)), .init([3], .integers(0...2))], order: 0),
      specialPairs(function), integers(function, extremeIntegers, extremeIntegers),
    ]
  }

  private static func logic(_ function: ScalarFunction) -> [PrimitiveSample] {
    [
      scalar(function, [.bool([3, 4]), .bool([4])], order: 0),
      integers(function, extremeIntegers, extremeIntegers),
    ]
  }

  private static var selections: [PrimitiveSample] {
    [
      scalar(.select, [.bool([2, 3]), .smooth([3]), .smooth([2, 1])]),
      scalar(
        .select, "NaN aside", [.bool([4]), .smooth([4]), .floats([], [.nan])], order: 0, isFinite: false),
      scalar(.select, "integers", [.bool([4]), .int32([4], extremeIntegers), .int32([], [5])], order: 0),
      scalar(
        .select, "bytes",
        [.bool([4]), .init([4], .uint8, .integers(0...255)), .init([4], .uint8, .integers(0...9))],
        order: 0),
      scalar(.select, "truth", [.bool([4]), .bool([4]), .bool([4])], order: 0),
    ]
  }

  private static var random: PrimitiveSample {
    let words = (0..<6).map { index in
      SampleInput([5], .int32, .integers(index == 0 ? 0...7 : -2_000_000_000...2_000_000_000))
    }
    return scalar(.philox, words, order: 0)
  }
}
