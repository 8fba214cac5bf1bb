/// How ``Tensor/interpolated(to:mode:fileID:line:)`` finds values between pixels.
public enum InterpolationMode: Hashable, Sendable {
  /// The pixel at the rounded-down source coordinate, i · scale; PyTorch's `nearest`.
  case nearest
  /// A weighted mean of the two neighbours along each axis; PyTorch's `bilinear`.
  ///
  /// With `alignCorners` the centres of the corner pixels stay where they are; without, the outer edges of
  /// the image do.
  case bilinear(alignCorners: Bool)
}

extension Tensor {
  /// The last two axes resampled to `extents`; `torch.nn.functional.interpolate(size=...)`.
  ///
  /// - Parameters:
  ///   - extents: Rows and columns of the result.
  ///   - mode: How values are found.
  /// - Returns: `[..., extents]` for `[..., H, W]`.
  public func interpolated(
    to extents: [Int], mode: InterpolationMode, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor { resampled(extents, factors: [nil, nil], mode, SourceLocation(fileID, line)) }

  /// The last two axes made `factor` times as long, rounded down;
  /// `torch.nn.functional.interpolate(scale_factor=...)`.
  ///
  /// Source coordinates are found by the factors themselves, not by the ratio of the extents, unless corners
  /// are aligned.
  ///
  /// - Parameters:
  ///   - factors: For rows and columns; positive.
  ///   - mode: How values are found.
  public func interpolated(
    by factors: [Double], mode: InterpolationMode, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let place = SourceLocation(fileID, line)
    guard rank >= 2, factors.count == 2, factors.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      return refused(
        "interpolated", "two spatial axes and two positive factors are needed, not \(factors)", place)
    }
    let extents = zip(shape.extents.suffix(2), factors).map { Int((Double($0) * $1).rounded(.down)) }
    return resampled(extents, factors: factors, mode, place)
  }

  private func resampled(
    _ extents: [Int], factors: [Double?], _ mode: InterpolationMode, _ place: SourceLocation
  ) -> Tensor {
    guard rank >= 2, extents.count == 2, extents.allSatisfy({ $0 >= 1 }),
      shape.extents.suffix(2).allSatisfy({ $0 >= 1 })
    else {
      return refused(
        "interpolated", "two spatial axes are needed, and not \(extents) as their extents", place)
    }
    return composed("interpolated", place) {
      var result = self
      for index in 0..<2 {
        let axis = rank - 2 + index
        let sources = AxisSources(
          input: shape[axis], output: extents[index], factor: factors[index], mode: mode)
        result = sources.applied(to: result, axis: axis)
      }
      return result
    }
  }
}

/// For each place along a resampled axis, the two source pixels and the weight of the second.
private struct AxisSources {
  var lower: [Int32] = []
  var upper: [Int32] = []
  var weights: [Float] = []
  let input: Int

  /// - Parameter factor: Places for each source pixel, or nil for the ratio of the extents.
  init(input: Int, output: Int, factor: Double?, mode: InterpolationMode) {
    self.input = input
    for place in 0..<output {
      let source = AxisSources.coordinate(place, input, output, factor, mode)
      let first = Swift.min(Int(source), input - 1)
      lower.append(Int32(first))
      upper.append(Int32(Swift.min(first + 1, input - 1)))
      weights.append(mode == .nearest ? 0 : Float(source - Double(first)))
    }
  }

  /// The source coordinate, 0 or more, of an output place.
  private static func coordinate(
    _ place: Int, _ input: Int, _ output: Int, _ factor: Double?, _ mode: InterpolationMode
  ) -> Double {
    switch mode {
    case .nearest: factor.map { Double(place) / $0 } ?? Double(place * input / output)
    case .bilinear(alignCorners: true): output == 1 ? 0 : Double(place * (input - 1)) / Double(output - 1)
    case .bilinear(alignCorners: false):
      Swift.max(0, (Double(place) + 0.5) / (factor ?? Double(output) / Double(input)) - 0.5)
    }
  }

  func applied(to tensor: Tensor, axis: Int) -> Tensor {
    if lower == (0..<input).map(Int32.init), weights.allSatisfy({ $0 == 0 }) { return tensor }
    let scope = tensor.scope
    let first = tensor.taking(scope.constant(HostArray([lower.count], lower)), axis: axis)
    guard weights.contains(where: { $0 != 0 }) else { return first }
    let second = tensor.taking(scope.constant(HostArray([upper.count], upper)), axis: axis)
    let trailing = [Int](repeating: 1, count: tensor.rank - axis - 1)
    let weight = scope.constant(HostArray(Shape([weights.count] + trailing), weights))
    return first * (1 - weight) + second * weight
  }
}
