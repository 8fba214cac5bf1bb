public import Compute

extension Initializer {
  /// Values for a parameter.
  ///
  /// They depend on the seed and the name alone, so a change elsewhere in a network leaves them as they are.
  ///
  /// - Parameters:
  ///   - shape: The parameter's extents.
  ///   - name: The parameter's name in its model.
  ///   - seed: Different seeds give independent values.
  /// - Throws: ``LayerError`` where the distribution has fans and the shape has fewer than two axes.
  public func values(_ shape: Shape, name: String, seed: UInt64) throws -> HostArray {
    var generator = HostGenerator(seed: seed, name: name)
    let count = shape.count
    switch try distribution(shape, name: name) {
    case .constant(let value): return HostArray(shape, [Float](repeating: Float(value), count: count))
    case .uniform(let bound):
      return HostArray(shape, (0..<count).map { _ in Float(bound * (2 * generator.unit() - 1)) })
    case .normal(let deviation, let bound):
      return HostArray(shape, (0..<count).map { _ in generator.normal(deviation, within: bound) })
    }
  }

  /// A distribution with its numbers filled in.
  private enum Distribution {
    case constant(Double)
    case uniform(bound: Double)
    case normal(deviation: Double, bound: Double)
  }

  private func distribution(_ shape: Shape, name: String) throws -> Distribution {
    switch self {
    case .constant(let value): return .constant(value)
    case .uniform(let bound): return .uniform(bound: bound)
    case .normal(let deviation): return .normal(deviation: deviation, bound: .infinity)
    case .truncatedNormal(let deviation, let bound):
      guard deviation >= 0, bound > 0 else {
        throw LayerError(name, "a truncated normal needs a deviation of 0 or more and a bound above 0")
      }
      return .normal(deviation: deviation, bound: bound)
    case .kaimingUniform(let fan, let gain):
      let fans = try fans(shape, name)
      return .uniform(bound: gain.factor * (3 / (fan == .input ? fans.input : fans.output)).squareRoot())
    case .kaimingNormal(let fan, let gain):
      let fans = try fans(shape, name)
      let deviation = gain.factor / (fan == .input ? fans.input : fans.output).squareRoot()
      return .normal(deviation: deviation, bound: .infinity)
    case .xavierUniform(let gain):
      let fans = try fans(shape, name)
      return .uniform(bound: gain.factor * (6 / (fans.input + fans.output)).squareRoot())
    case .xavierNormal(let gain):
      let fans = try fans(shape, name)
      let deviation = gain.factor * (2 / (fans.input + fans.output)).squareRoot()
      return .normal(deviation: deviation, bound: .infinity)
    }
  }

  private func fans(_ shape: Shape, _ name: String) throws -> (input: Double, output: Double) {
    guard shape.rank >= 2, shape.count > 0 else {
      throw LayerError(
        name,
        "a weight of shape \(shape) has no fan-in and fan-out; use a constant, uniform or normal initializer")
    }
    let taps = Double(shape.extents.dropFirst(2).reduce(1, *))
    return (Double(shape[1]) * taps, Double(shape[0]) * taps)
  }
}
