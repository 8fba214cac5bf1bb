import Compute

extension Tensor {
  /// A fold of windows over any number of spatial axes, for folds that may be applied axis by axis.
  ///
  /// The last two axes are pooled as the core does, then each of the others by itself. Among equal elements a
  /// maximum so takes the first in row-major order, as it would in one piece.
  ///
  /// - Parameters:
  ///   - window: How windows move over the axes of `[N, C, ...]` behind the second.
  ///   - fold: Pools the last two axes.
  func pooled(_ window: SpatialWindow, _ fold: (Tensor, WindowGeometry) -> Tensor) -> Tensor {
    let geometry = { (axes: [Int]) in
      WindowGeometry(
        axes.map { window.kernel[$0] }, stride: axes.map { window.stride[$0] },
        dilation: axes.map { window.dilation[$0] }, low: axes.map { window.low[$0] },
        high: axes.map { window.high[$0] })
    }
    let expanded = { (axis: Int) in
      WindowGeometry(
        [1, window.kernel[axis]], stride: [1, window.stride[axis]], dilation: [1, window.dilation[axis]],
        low: [0, window.low[axis]], high: [0, window.high[axis]])
    }
    guard window.rank > 1 else { return fold(expandingAxis(at: 2), expanded(0)).squeezingAxis(at: 2) }
    var result = fold(self, geometry([window.rank - 2, window.rank - 1]))
    for axis in (0..<(window.rank - 2)).reversed() {
      // Everything behind the axis becomes one axis, over which the window does not move.
      var single = expanded(axis)
      single.exchangeAxes()
      let extents = result.shape.extents
      let flat = result.reshaped(
        Shape(Array(extents[...(2 + axis)]) + [extents[(3 + axis)...].reduce(1, *)]))
      let pooled = fold(flat, single)
      result = pooled.reshaped(Shape(pooled.shape.extents.dropLast() + extents[(3 + axis)...]))
    }
    return result
  }

  /// The sums of windows divided by the numbers of elements, which are products of one count for each axis.
  func divided(by counts: [[Int]]) -> Tensor {
    let uniform = counts.allSatisfy { axis in axis.allSatisfy { $0 == axis[0] } }
    if uniform { return self * (1 / counts.reduce(1) { $0 * Double(Swift.max(1, $1[0])) }) }
    var result = self
    for (axis, numbers) in counts.enumerated() {
      let factors = numbers.map { 1 / Float(Swift.max(1, $0)) }
      let trailing = [Int](repeating: 1, count: counts.count - 1 - axis)
      result = result * scope.constant(HostArray(Shape([factors.count] + trailing), factors))
    }
    return result
  }

  /// The position in this tensor of the element that each window found, counted over the whole tensor.
  ///
  /// - Parameters:
  ///   - found: The largest element of each window.
  ///   - pool: How windows move.
  ///   - columnMajor: Whether the first spatial axis counts fastest, instead of the last.
  /// - Returns: `int32` of the shape of `found`.
  func places(of found: Tensor, _ pool: Pool, columnMajor: Bool) throws -> Tensor {
    let window = pool.window
    let tapCount = window.kernel.reduce(1) { Swift.min(1 << 20, $0 * $1) }
    guard tapCount <= 1024 else {
      throw ImportError(
        "Indices are supported for windows of up to 1024 elements, not \(Shape(window.kernel))")
    }
    let padding = (low: [0, 0] + window.low, high: [0, 0] + window.high)
    let image = padded(low: padding.low, high: padding.high)
    let numbers = positions(columnMajor: columnMajor).padded(low: padding.low, high: padding.high, value: -1)
    var result = numbers.taps(pool, 0)
    for tap in (0..<tapCount).reversed() {
      let candidates = numbers.taps(pool, tap)
      let isFound = (image.taps(pool, tap) .== found) && (candidates .>= 0)
      result = isFound.select(candidates.broadcast(to: found.shape), result.broadcast(to: found.shape))
    }
    return result
  }

  /// The element of each window at one tap, counted in row-major order; this tensor is padded.
  private func taps(_ pool: Pool, _ tap: Int) -> Tensor {
    var (result, rest) = (self, tap)
    for axis in (0..<pool.window.rank).reversed() {
      let offset = rest % pool.window.kernel[axis] * pool.window.dilation[axis]
      rest /= pool.window.kernel[axis]
      result = result.sliced(
        axis: 2 + axis, from: offset, count: pool.output[axis], step: pool.window.stride[axis])
    }
    return result
  }

  /// The position of each element of `[N, C, ...]` as `int32`.
  private func positions(columnMajor: Bool) -> Tensor {
    var distance = 1
    let spatial = Array(2..<rank)
    var result = scope.full(shape, 0, .int32)
    for axis in (columnMajor ? spatial : spatial.reversed()) + [1, 0] {
      result = result + scope.iota(shape, axis: axis) * Double(distance)
      distance *= shape[axis]
    }
    return result
  }
}

extension WindowGeometry {
  /// Makes rows of columns and columns of rows.
  fileprivate mutating func exchangeAxes() {
    extents.reverse()
    stride.reverse()
    dilation.reverse()
    low.reverse()
    high.reverse()
  }
}
