import Compute

/// How a transposed convolution spreads each element over a window of its result.
struct SpatialSpread {
  /// How the window moves over the result; only its padding in front counts.
  var window: SpatialWindow
  /// The spatial extents of everything that is reached, padding included.
  var full: [Int]
  /// The spatial extents of the result, which starts where the padding ends; what is not reached is 0.
  var output: [Int]

  /// The part for the spatial axes from the second on.
  fileprivate var inner: SpatialSpread {
    SpatialSpread(
      window: window.dropping(1), full: Array(full.dropFirst()), output: Array(output.dropFirst()))
  }

  /// The same with an axis of extent 1 in front.
  fileprivate var expanded: SpatialSpread {
    SpatialSpread(window: window.expanded, full: [1] + full, output: [1] + output)
  }

  /// Where the result ends along `axis`, as far as it can be reached.
  fileprivate func reached(_ axis: Int) -> Int { Swift.min(output[axis], full[axis] - window.low[axis]) }
}

extension Tensor {
  /// The transposed convolution over any number of spatial axes: the adjoint of the convolution.
  ///
  /// - Parameters:
  ///   - weight: `[C, O/groups, ...]`.
  ///   - spread: How elements spread.
  ///   - groups: How many groups the channels fall into.
  /// - Returns: `[N, O, ...]` for `[N, C, ...]`.
  func spread(by weight: Tensor, _ spread: SpatialSpread, groups: Int) -> Tensor {
    switch spread.window.rank {
    case 1:
      expandingAxis(at: 2).spread(by: weight.expandingAxis(at: 2), spread.expanded, groups: groups)
        .squeezingAxis(at: 2)
    case 2: spreadPlane(by: weight, spread, groups: groups)
    default: spreadInDepth(by: weight, spread, groups: groups)
    }
  }

  private func spreadPlane(by weight: Tensor, _ spread: SpatialSpread, groups: Int) -> Tensor {
    let window = spread.window
    let reached = (0..<2).map(spread.reached)
    let geometry = ConvolutionGeometry(
      stride: window.stride, low: window.low,
      high: (0..<2).map { spread.full[$0] - window.low[$0] - reached[$0] }, dilation: window.dilation,
      groups: groups)
    let result = convolvedTransposed(weight, geometry, extents: reached)
    return result.padded(low: [0, 0, 0, 0], high: [0, 0] + (0..<2).map { spread.output[$0] - reached[$0] })
  }

  /// Spreads along all axes but the first, then adds what each tap along the first contributes.
  private func spreadInDepth(by weight: Tensor, _ spread: SpatialSpread, groups: Int) -> Tensor {
    let (window, taps, depth) = (spread.window, spread.window.kernel[0], shape[2])
    let order = [0, 2, 1] + Array(3..<rank)
    let folded = transposed(order).reshaped(Shape([shape[0] * depth, shape[1]] + shape.extents[3...]))
    let kernels = weight.reshaped(
      Shape([weight.shape[0], weight.shape[1] * taps] + weight.shape.extents[3...]))
    let planes = folded.spread(by: kernels, spread.inner, groups: groups)
    let channels = weight.shape[1] * groups
    let split = planes.reshaped(Shape([shape[0], depth, channels, taps] + planes.shape.extents[2...]))
    let parts = (0..<taps).map { tap in
      split.sliced(axis: 3, from: tap, count: 1).squeezingAxis(at: 3).transposed(order).padded(
        axis: 2, low: tap * window.dilation[0], high: (taps - 1 - tap) * window.dilation[0],
        interior: window.stride[0] - 1)
    }
    let sum = parts.dropFirst().reduce(parts[0], +)
    let reached = spread.reached(0)
    return sum.sliced(axis: 2, from: window.low[0], count: reached)
      .padded(axis: 2, low: 0, high: spread.output[0] - reached)
  }
}
