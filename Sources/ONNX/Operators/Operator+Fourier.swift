import Compute

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#endif

extension Operator {
  /// Frequencies of signals.
  static let fourier: [String: Operator] = ["DFT": Operator { call in try FourierTransform(call).result() }]
}

/// A discrete Fourier transform along an axis, as products with the matrices of its sines and cosines.
private struct FourierTransform {
  private let call: NodeCall
  private let x: Tensor
  private let axis: Int
  /// The extent of the signal, to which it is cut or filled up with zeros.
  private let length: Int
  private let isInverse: Bool
  private let isOneSided: Bool

  init(_ call: NodeCall) throws {
    self.call = call
    x = try call.floating(0)
    isInverse = try call.flag("inverse")
    isOneSided = try call.flag("onesided")
    let given =
      try call.version < 20 ? call.integer("axis", default: 1) : call.has(2) ? call.knownInteger(2) : -2
    axis = try call.axis(given, rank: x.rank)
    guard x.rank >= 2, axis < x.rank - 1, 1...2 ~= x.shape[x.rank - 1] else {
      throw ImportError("a signal [..., 1] or [..., 2] is needed, not \(x.shape) along axis \(axis)")
    }
    let standard = isOneSided && isInverse ? 2 * (x.shape[axis] - 1) : x.shape[axis]
    length = try call.has(1) ? call.knownInteger(1) : standard
    guard length >= 1, length <= 2048 else {
      throw ImportError("a transform of \(length) elements is not supported; 1 to 2048 are")
    }
    if isOneSided, isInverse == (x.shape[x.rank - 1] == 1) {
      throw ImportError("a one-sided transform takes real signals, and its inverse complex ones")
    }
  }

  func result() throws -> [ImportedValue] {
    let last = x.rank - 1
    let taken = isOneSided && isInverse ? length / 2 + 1 : length
    let fitted = fitted(taken)
    let real = fitted.sliced(axis: last, from: 0, count: 1).squeezingAxis(at: last)
    let imaginary =
      x.shape[last] == 2 ? fitted.sliced(axis: last, from: 1, count: 1).squeezingAxis(at: last) : nil
    if isOneSided && isInverse {
      let signal =
        product(real, taken, cos, halved: true) - product(imaginary ?? real.zeros, taken, sin, halved: true)
      return try call.result(signal.expandingAxis(at: last))
    }
    // Forward: e^(-iφ) = cos φ - i sin φ; backward the sine has the other sign.
    let sign: Double = isInverse ? 1 : -1
    var parts = [product(real, taken, cos), product(real, taken, sin) * sign]
    if let imaginary {
      parts[0] = parts[0] - product(imaginary, taken, sin) * sign
      parts[1] = parts[1] + product(imaginary, taken, cos)
    }
    return try call.result(.stacked(parts, axis: last))
  }

  /// The signal cut, or filled up with zeros.
  private func fitted(_ count: Int) -> Tensor {
    let own = x.shape[axis]
    return count <= own
      ? x.sliced(axis: axis, from: 0, count: count) : x.padded(axis: axis, low: 0, high: count - own)
  }

  /// The sums of a signal times a wave, for each frequency, or for each place of the inverse.
  private func product(
    _ signal: Tensor, _ taken: Int, _ wave: (Double) -> Double, halved: Bool = false
  ) -> Tensor {
    let rows = isOneSided && !isInverse ? length / 2 + 1 : length
    var matrix = [Float](repeating: 0, count: rows * taken)
    for row in 0..<rows {
      for place in 0..<taken {
        // Whole turns are taken out first, so that large products lose nothing.
        let angle = 2 * Double.pi * Double(row * place % length) / Double(length)
        let isMirrored = halved && place != 0 && 2 * place != length
        matrix[row * taken + place] = Float(
          wave(angle) * (isMirrored ? 2 : 1) / (isInverse ? Double(length) : 1))
      }
    }
    let weights = call.scope.constant(HostArray([rows, taken], matrix))
    let (outer, inner) = (signal.shape.extents[..<axis], signal.shape.extents[(axis + 1)...])
    let flat = signal.reshaped([outer.reduce(1, *), taken, inner.reduce(1, *)])
    return weights.matmul(flat).reshaped(Shape(outer + [rows] + inner))
  }
}
