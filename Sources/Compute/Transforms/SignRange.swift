/// Which signs the elements of a tensor can have.
struct SignRange: OptionSet {
  let rawValue: Int

  static let negative = SignRange(rawValue: 1)
  static let zero = SignRange(rawValue: 2)
  static let positive = SignRange(rawValue: 4)

  static let nonNegative: SignRange = [.zero, .positive]
  static let nonPositive: SignRange = [.zero, .negative]
  static let any: SignRange = [.negative, .zero, .positive]

  /// The sign of a number; of NaN nothing is promised.
  init(of number: Double) {
    self = number > 0 ? .positive : number < 0 ? .negative : number == 0 ? .zero : .any
  }

  init(rawValue: Int) { self.rawValue = rawValue }

  var negated: SignRange {
    var result = intersection(.zero)
    if contains(.positive) { result.insert(.negative) }
    if contains(.negative) { result.insert(.positive) }
    return result
  }

  /// The signs of sums: both may cancel, and what is at least 0 keeps the sign of what is more.
  static func + (a: SignRange, b: SignRange) -> SignRange {
    if a.union(b).isSuperset(of: [.negative, .positive]) { return .any }
    return a.contains(.zero) && b.contains(.zero) ? a.union(b) : a.union(b).subtracting(.zero)
  }

  /// The signs of products, which may round to 0.
  static func * (a: SignRange, b: SignRange) -> SignRange {
    var result = SignRange.zero
    if !a.intersection(.positive).isEmpty && !b.intersection(.positive).isEmpty { result.insert(.positive) }
    if !a.intersection(.negative).isEmpty && !b.intersection(.negative).isEmpty { result.insert(.positive) }
    if !a.intersection(.positive).isEmpty && !b.intersection(.negative).isEmpty { result.insert(.negative) }
    if !a.intersection(.negative).isEmpty && !b.intersection(.positive).isEmpty { result.insert(.negative) }
    return result
  }
}

extension Tensor {
  /// This tensor, of which the code that made it knows more than its nodes tell.
  func knownToBe(_ signs: SignRange) -> Tensor {
    builder.knownSigns[id] = signs
    return self
  }

  /// Which signs the elements can have, as far as the nodes that made them tell.
  ///
  /// - Complexity: Looks back a few nodes only, so that tracing stays linear.
  var signs: SignRange { signs(lookingBack: 12) }

  private func signs(lookingBack depth: Int) -> SignRange {
    if let known = builder.knownSigns[id] { return known }
    guard depth > 0 else { return .any }
    let node = builder.nodes[id]
    func input(_ index: Int) -> SignRange {
      Tensor(builder: builder, id: node.inputs[index]).signs(lookingBack: depth - 1)
    }
    switch node.kind {
    case .constant(let constant): return constant.signs
    case .operation(let map as Elementwise): return map.function.signs(node.inputs, input, builder)
    case .operation(let reduce as Reduce):
      let isEmpty = builder.nodes[node.inputs[0]].type.shape.count == 0
      return isEmpty ? .any : reduce.fold == .sum ? input(0) + input(0) : input(0)
    case .operation(let pad as Pad): return input(0).union(SignRange(of: pad.value))
    case .operation(let operation)
    where operation is any ViewOperation || operation is WindowGather || operation is Gather:
      return input(0)
    case .operation(let operation) where operation is WindowSum: return input(0).union(.zero)
    case .operation(let cast as Cast) where cast.element == .float32:
      let source = builder.nodes[node.inputs[0]].type.element
      return source == .bool || source == .uint8 ? .nonNegative : input(0)
    case .operation(let operation) where operation is Concatenate:
      return node.inputs.indices.reduce(SignRange(rawValue: 0)) { $0.union(input($1)) }
    default: return .any
    }
  }
}

extension Constant {
  /// The signs of the elements; long arrays are not searched.
  fileprivate var signs: SignRange {
    switch self {
    case .splat(let value, _): SignRange(of: value)
    case .elements(let array) where array.type.element == .float32 && array.type.shape.count <= 4096:
      array.floats.reduce(SignRange(rawValue: 0)) { $0.union(SignRange(of: Double($1))) }
    case .elements: .any
    }
  }
}

extension ScalarFunction {
  /// The signs of results from those of operands.
  ///
  /// - Parameter input: The signs of an operand by its place.
  fileprivate func signs(
    _ operands: [NodeID], _ input: (Int) -> SignRange, _ builder: GraphBuilder
  ) -> SignRange {
    switch self {
    case .add: return input(0) + input(1)
    case .subtract: return input(0) + input(1).negated
    case .multiply, .guardedMultiply, .divide:
      return operands[0] == operands[1] && self == .multiply
        ? .nonNegative : product(operands, input, builder)
    case .negate: return input(0).negated
    case .absolute: return input(0).contains(.zero) ? .nonNegative : .positive
    case .exp, .sigmoid, .reciprocalSquareRoot: return .nonNegative
    case .sqrt: return input(0).contains(.zero) ? .nonNegative : .positive
    case .relu: return input(0) == .positive ? .positive : .nonNegative
    case .tanh, .erf, .sign, .detach: return input(0)
    case .maximum: return larger(input(0), input(1))
    case .minimum: return larger(input(0).negated, input(1).negated).negated
    case .clamp: return larger(larger(input(0), input(1)).negated, input(2).negated).negated
    case .select: return chosen(operands, input, builder)
    case .power: return input(0).isSubset(of: .nonNegative) ? .nonNegative : .any
    default: return .any
    }
  }

  /// A product with a number that is not tiny does not round to 0 what was not tiny itself.
  private func product(
    _ operands: [NodeID], _ input: (Int) -> SignRange, _ builder: GraphBuilder
  ) -> SignRange {
    let signs = input(0) * input(1)
    guard case .constant(.splat(let factor, _)) = builder.nodes[operands[1]].kind, abs(factor) >= 1e-6,
      abs(factor) <= 1e6, !input(0).contains(.zero)
    else { return signs }
    return signs.subtracting(.zero)
  }

  private func larger(_ a: SignRange, _ b: SignRange) -> SignRange {
    if a == .positive || b == .positive { return .positive }
    if a.isSubset(of: .nonNegative) || b.isSubset(of: .nonNegative) { return .nonNegative }
    return a.union(b)
  }

  /// A choice by whether an operand is 0, or greater, takes it only where it is not, or is.
  private func chosen(
    _ operands: [NodeID], _ input: (Int) -> SignRange, _ builder: GraphBuilder
  ) -> SignRange {
    var (first, second) = (input(1), input(2))
    if case .operation(let test as Elementwise) = builder.nodes[operands[0]].kind {
      let tested = builder.nodes[operands[0]].inputs
      func isZero(_ id: NodeID) -> Bool {
        if case .constant(.splat(0, _)) = builder.nodes[id].kind { return true }
        return false
      }
      if test.function == .equal, isZero(tested[1]), tested[0] == operands[2] { second.remove(.zero) }
      if test.function == .less, isZero(tested[0]), tested[1] == operands[1] { first = .positive }
    }
    return first.union(second)
  }
}
