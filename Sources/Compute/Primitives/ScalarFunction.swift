/// A function of scalars that ``Elementwise`` applies to every element.
///
/// To add one: a case here, its row in `ScalarFunction+Derivative.swift`, `ScalarFunction+Meaning.swift` and
/// `ScalarFunction+Instruction.swift`; the switches are exhaustive, and the tests go through all cases.
public enum ScalarFunction: String, Hashable, Sendable, Codable, CaseIterable {
  // Arithmetic on float32 or int32.
  case add, subtract, multiply, divide, minimum, maximum, negate, absolute, sign
  // Functions of float32.
  case power, exp, log, sqrt, reciprocalSquareRoot, tanh, sigmoid, erf, sin, cos
  case floor, ceil, round, relu, clamp
  // The product of float32 where 0 wins over infinity and NaN: how a cotangent meets a factor that may be infinite.
  case guardedMultiply
  // Comparisons of float32 or int32; bool results.
  case equal, less, lessOrEqual
  // Logic on bool, bitwise on int32.
  case and, or, xor, not
  // Integers.
  case remainder, shiftLeft, shiftRight
  // Choice: condition, value where true, value where false.
  case select
  // Word `counter0 & 3` of Philox4x32-10 on counters (counter0 >> 2, counter1, counter2, counter3), key 0 and 1.
  case philox
  // The identity, with derivative zero.
  case detach

  /// How many operands the function takes.
  public var arity: Int {
    switch self {
    case .negate, .absolute, .sign, .exp, .log, .sqrt, .reciprocalSquareRoot, .tanh, .sigmoid, .erf, .sin,
      .cos,
      .floor, .ceil, .round, .relu, .not, .detach:
      1
    case .add, .subtract, .multiply, .divide, .minimum, .maximum, .power, .equal, .less, .lessOrEqual, .and,
      .or,
      .xor, .remainder, .shiftLeft, .shiftRight, .guardedMultiply:
      2
    case .select, .clamp: 3
    case .philox: 6
    }
  }

  /// The element type of the result.
  ///
  /// - Throws: Which element types the function takes.
  func resultElement(_ operands: [ElementType]) throws(TypeMismatch) -> ElementType {
    switch self {
    case .add, .subtract, .multiply, .divide, .minimum, .maximum, .negate, .absolute, .sign:
      return try same(operands, among: [.float32, .int32])
    case .power, .exp, .log, .sqrt, .reciprocalSquareRoot, .tanh, .sigmoid, .erf, .sin, .cos, .floor, .ceil,
      .round, .relu, .clamp, .guardedMultiply:
      return try same(operands, among: [.float32])
    case .equal, .less, .lessOrEqual:
      _ = try same(operands, among: [.float32, .int32])
      return .bool
    case .and, .or, .xor: return try same(operands, among: [.bool, .int32])
    case .not: return try same(operands, among: [.bool])
    case .remainder, .shiftLeft, .shiftRight, .philox: return try same(operands, among: [.int32])
    case .select:
      guard operands[0] == .bool else { throw TypeMismatch("the condition must be bool") }
      return try same(Array(operands[1...]), among: ElementType.allCases)
    case .detach: return operands[0]
    }
  }

  private func same(
    _ operands: [ElementType], among allowed: [ElementType]
  ) throws(TypeMismatch) -> ElementType {
    let names = allowed.map(\.description).joined(separator: " or ")
    guard let first = operands.first, operands.allSatisfy({ $0 == first }) else {
      throw TypeMismatch("the element types must agree; cast one of them")
    }
    guard allowed.contains(first) else { throw TypeMismatch("the elements must be \(names)") }
    return first
  }
}
