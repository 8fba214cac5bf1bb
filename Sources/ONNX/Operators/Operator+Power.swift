import ArrayFiles
import Compute

extension Operator {
  /// Powers.
  static let power: [String: Operator] = ["Pow": Operator(power)]

  /// The power of each pair, of the base's type; base and exponent may have different types.
  private static func power(_ call: NodeCall) throws -> [ImportedValue] {
    let (base, exponent) = (try call.numeric(0), try call.numeric(1))
    let shape = try call.broadcastShape([base.shape, exponent.shape])
    let isInteger = base.element == .int32
    if let count = try wholeExponent(call) {
      let product = (1..<count).reduce(base) { product, _ in product * base }
      return try call.result(product.broadcast(to: shape).wrapped(as: try call.element(0)))
    }
    let power = base.cast(to: .float32).power(exponent.cast(to: .float32))
    guard isInteger else { return try call.result(power) }
    return try call.result(whole(power).wrapped(as: try call.element(0)))
  }

  /// An exponent that is one small whole number and known, for which products are faster and more exact.
  ///
  /// It is part of the function then, not a weight: negative bases have no derivative with respect to it.
  private static func wholeExponent(_ call: NodeCall) throws -> Int? {
    guard let known = try call.value(1).known, known.count == 1, let value = known.doubles.first else {
      return nil
    }
    return (1...4).first { Double($0) == value }
  }

  /// Numbers truncated to integers, after those within rounding error of one are moved there.
  private static func whole(_ x: Tensor) -> Tensor {
    let nearest = x.rounded()
    let isWhole = (x - nearest).absolute() .<= nearest.absolute() * 1e-6
    return isWhole.select(nearest, x).cast(to: .int32)
  }
}
