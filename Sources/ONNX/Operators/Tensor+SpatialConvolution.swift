import Compute

extension Tensor {
  /// The convolution over any number of spatial axes.
  ///
  /// Two axes are what the core computes; a single one gets an axis of extent 1 beside it, and a third one
  /// joins the batch where the window moves and the channels where it has taps.
  ///
  /// - Parameters:
  ///   - weight: `[O, C/groups, ...]`.
  ///   - bias: `[O]`, or nil for 0.
  ///   - window: How the kernel moves; it must fit.
  ///   - groups: How many groups the channels fall into.
  /// - Returns: `[N, O, ...]` for `[N, C, ...]`.
  func convolved(_ weight: Tensor, _ bias: Tensor?, _ window: SpatialWindow, groups: Int) -> Tensor {
    switch window.rank {
    case 1:
      expandingAxis(at: 2).convolved(weight.expandingAxis(at: 2), bias, window.expanded, groups: groups)
        .squeezingAxis(at: 2)
    case 2: convolvedPlane(weight, bias, window, groups: groups)
    default: convolvedInDepth(weight, bias, window, groups: groups)
    }
  }

  private func convolvedPlane(
    _ weight: Tensor, _ bias: Tensor?, _ window: SpatialWindow, groups: Int
  ) -> Tensor {
    var image = self
    for axis in 0..<2 {
      image = image.cut(2 + axis, -Swift.min(0, window.low[axis]), -Swift.min(0, window.high[axis]))
    }
    let geometry = ConvolutionGeometry(
      stride: window.stride, low: window.low.map { Swift.max(0, $0) },
      high: window.high.map { Swift.max(0, $0) },
      dilation: window.dilation, groups: groups)
    let product = image.convolved(weight, geometry)
    return bias.map { product + $0.channels(rank: 4) } ?? product
  }

  /// Folds the first spatial axis.
  private func convolvedInDepth(
    _ weight: Tensor, _ bias: Tensor?, _ window: SpatialWindow, groups: Int
  ) -> Tensor {
    let depth = window.outputExtent(0, of: shape[2])
    let padded = cut(2, -Swift.min(0, window.low[0]), -Swift.min(0, window.high[0]))
      .padded(axis: 2, low: Swift.max(0, window.low[0]), high: Swift.max(0, window.high[0]))
    let taps = (0..<window.kernel[0]).map {
      padded.sliced(axis: 2, from: $0 * window.dilation[0], count: depth, step: window.stride[0])
    }
    // [N, C, K, D, ...] to [N D, C K, ...]; the weight has its taps behind the channels as it is.
    let gathered = Tensor.stacked(taps, axis: 2)
    let moved = gathered.transposed([0, 3, 1, 2] + Array(4..<gathered.rank))
    let spatial = shape.extents[3...]
    let folded = moved.reshaped(Shape([shape[0] * depth, shape[1] * window.kernel[0]] + spatial))
    let kernels = weight.reshaped(
      Shape([weight.shape[0], weight.shape[1] * window.kernel[0]] + weight.shape.extents[3...]))
    let result = folded.convolved(kernels, bias, window.dropping(1), groups: groups)
    let split = result.reshaped(Shape([shape[0], depth] + result.shape.extents[1...]))
    return split.transposed([0, 2, 1] + Array(3..<split.rank))
  }

  /// `axis` without its first `front` and last `back` elements.
  private func cut(_ axis: Int, _ front: Int, _ back: Int) -> Tensor {
    sliced(axis: axis, from: front, count: shape[axis] - front - back)
  }

  /// One axis with zeros around it.
  func padded(axis: Int, low: Int, high: Int, interior: Int = 0) -> Tensor {
    var (front, back) = ([Int](repeating: 0, count: rank), [Int](repeating: 0, count: rank))
    var between = front
    (front[axis], back[axis], between[axis]) = (low, high, interior)
    return padded(low: front, high: back, interior: between)
  }

  /// `[C]` ready to be broadcast over `[N, C, ...]` of so many axes.
  func channels(rank: Int) -> Tensor {
    reshaped(Shape([shape.count] + [Int](repeating: 1, count: Swift.max(0, rank - 2))))
  }
}
