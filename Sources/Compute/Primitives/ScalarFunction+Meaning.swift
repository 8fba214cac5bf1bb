#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#endif

extension ScalarFunction {
  /// The function in double precision; integers and truth values are whole numbers.
  ///
  /// - Parameter isInteger: Whether arithmetic is that of `int32`: wrapping, division toward zero.
  func evaluate(_ x: [Double], isInteger: Bool) -> Double {
    if isInteger, let value = integer(x) { return Double(value) }
    switch self {
    case .add: return x[0] + x[1]
    case .subtract: return x[0] - x[1]
    case .multiply: return x[0] * x[1]
    case .divide: return x[0] / x[1]
    case .minimum: return x[0].isNaN || x[1].isNaN ? .nan : Swift.min(x[0], x[1])
    case .maximum: return x[0].isNaN || x[1].isNaN ? .nan : Swift.max(x[0], x[1])
    case .negate: return -x[0]
    case .absolute: return Swift.abs(x[0])
    case .sign: return x[0].isNaN ? .nan : x[0] > 0 ? 1 : x[0] < 0 ? -1 : 0
    case .equal: return x[0] == x[1] ? 1 : 0
    case .less: return x[0] < x[1] ? 1 : 0
    case .lessOrEqual: return x[0] <= x[1] ? 1 : 0
    case .not: return 1 - x[0]
    case .select: return x[0] != 0 ? x[1] : x[2]
    case .detach: return x[0]
    case .guardedMultiply: return x[0] == 0 || x[1] == 0 ? 0 : x[0] * x[1]
    default: return transcendental(x)
    }
  }

  private func transcendental(_ x: [Double]) -> Double {
    switch self {
    case .power: return pow(x[0], x[1])
    case .exp: return _exp(x[0])
    case .log: return _log(x[0])
    case .sqrt: return x[0].squareRoot()
    case .reciprocalSquareRoot: return 1 / x[0].squareRoot()
    case .tanh: return _tanh(x[0])
    case .sigmoid: return 1 / (1 + _exp(-x[0]))
    case .erf: return _erf(x[0])
    case .sin: return _sin(x[0])
    case .cos: return _cos(x[0])
    case .floor: return x[0].rounded(.down)
    case .ceil: return x[0].rounded(.up)
    case .round: return x[0].rounded(.toNearestOrEven)
    case .relu: return x[0] <= 0 ? 0 : x[0]
    case .clamp: return x[0].isNaN ? .nan : Swift.min(Swift.max(x[0], x[1]), x[2])
    default: preconditionFailure("\(self) has no meaning on floats")
    }
  }

  private func integer(_ values: [Double]) -> Int32? {
    let x = values.map { Int32($0) }
    switch self {
    case .add: return x[0] &+ x[1]
    case .subtract: return x[0] &- x[1]
    case .multiply: return x[0] &* x[1]
    case .divide: return x[1] == 0 ? 0 : x[0].dividedReportingOverflow(by: x[1]).partialValue
    case .remainder: return x[1] == 0 || x[1] == -1 ? 0 : x[0] % x[1]
    case .negate: return 0 &- x[0]
    case .absolute: return x[0] < 0 ? 0 &- x[0] : x[0]
    case .and: return x[0] & x[1]
    case .or: return x[0] | x[1]
    case .xor: return x[0] ^ x[1]
    case .shiftLeft: return x[0] << (x[1] & 31)
    case .shiftRight: return Int32(bitPattern: UInt32(bitPattern: x[0]) >> UInt32(x[1] & 31))
    case .philox: return Philox.word(x.map { UInt32(bitPattern: $0) })
    default: return nil
    }
  }
}

private func _exp(_ x: Double) -> Double { exp(x) }
private func _log(_ x: Double) -> Double { log(x) }
private func _tanh(_ x: Double) -> Double { tanh(x) }
private func _erf(_ x: Double) -> Double { erf(x) }
private func _sin(_ x: Double) -> Double { sin(x) }
private func _cos(_ x: Double) -> Double { cos(x) }
