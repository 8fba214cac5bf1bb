/// How a kernel moves over the spatial axes of `[N, C, ...]`; every list has an entry for each of them.
struct SpatialWindow {
  /// The taps of the kernel along each axis.
  var kernel: [Int]
  /// The distance between neighbouring outputs.
  var stride: [Int]
  /// The distance between neighbouring taps.
  var dilation: [Int]
  /// How far the first window starts before the image; negative where the image is cut.
  var low: [Int]
  /// How far windows may reach beyond the image; negative where the image is cut.
  var high: [Int]

  /// The most that a kernel, stride, dilation or padding of a file may be along one axis.
  ///
  /// Far more than networks use, and little enough that no product or sum of them overflows.
  static let largest = 1 << 20

  /// The number of spatial axes.
  var rank: Int { kernel.count }

  /// How far the kernel extends along `axis`, gaps included.
  func reach(_ axis: Int) -> Int { (kernel[axis] - 1) * dilation[axis] + 1 }

  /// The extent of the result along `axis`; 0 or less where the kernel does not fit.
  func outputExtent(_ axis: Int, of image: Int) -> Int {
    let room = image + low[axis] + high[axis] - reach(axis)
    return room < 0 ? 0 : room / stride[axis] + 1
  }

  /// How many taps of each window along `axis` lie in `range` of the image's coordinates.
  func tapCounts(_ axis: Int, outputs: Int, in range: Range<Int>) -> [Int] {
    (0..<outputs).map { output in
      let start = output * stride[axis] - low[axis]
      // The first tap at or behind a bound, by division rounded up.
      let first = { (bound: Int) in
        min(max(0, (bound - start + dilation[axis] - 1) / dilation[axis]), kernel[axis])
      }
      return max(0, first(range.upperBound) - first(range.lowerBound))
    }
  }

  /// The window along the axes from `axis` on.
  func dropping(_ axis: Int) -> SpatialWindow {
    SpatialWindow(
      kernel: Array(kernel.dropFirst(axis)), stride: Array(stride.dropFirst(axis)),
      dilation: Array(dilation.dropFirst(axis)), low: Array(low.dropFirst(axis)),
      high: Array(high.dropFirst(axis)))
  }

  /// The window with an axis of extent 1 in front, over which it does not move.
  var expanded: SpatialWindow {
    SpatialWindow(
      kernel: [1] + kernel, stride: [1] + stride, dilation: [1] + dilation, low: [0] + low, high: [0] + high)
  }
}
