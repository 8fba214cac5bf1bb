/// Where the elements of a value lie in a buffer: element `c` at `offset + sum of strides · c`, in elements.
public struct StridedView: Hashable, Sendable {
  /// The position of the first element.
  public var offset: Int
  /// The distance between neighbours along each axis; 0 repeats, negative runs backward.
  public var strides: [Int]
  /// The extents.
  public var shape: Shape

  /// The dense row-major view of a whole buffer.
  public init(dense shape: Shape) {
    self.init(offset: 0, strides: shape.strides, shape: shape)
  }

  init(offset: Int, strides: [Int], shape: Shape) {
    self.offset = offset
    self.strides = strides
    self.shape = shape
  }

  /// Whether elements lie in row-major order without gaps, from any offset.
  public var isDense: Bool {
    zip(zip(strides, shape.strides), shape.extents).allSatisfy { $0.0 == $0.1 || $1 == 1 }
  }

  /// The same elements under other extents, or nil where strides cannot express it.
  func reshaped(_ target: Shape) -> StridedView? {
    if isDense { return StridedView(offset: offset, strides: target.strides, shape: target) }
    guard shape.count > 0 else { return nil }
    var strides = [Int](repeating: 0, count: target.rank)
    var source = collapsedAxes[...]
    var axis = target.rank - 1
    while let (extent, step) = source.popLast() {
      var rest = extent
      var distance = step
      while rest > 1 {
        guard axis >= 0, rest % target[axis] == 0 else { return nil }
        strides[axis] = distance
        distance *= target[axis]
        rest /= target[axis]
        axis -= 1
      }
    }
    return StridedView(offset: offset, strides: strides, shape: target)
  }

  /// The axes with neighbours joined where their strides allow, without those of extent 1.
  private var collapsedAxes: [(extent: Int, stride: Int)] {
    var axes: [(extent: Int, stride: Int)] = []
    for (extent, stride) in zip(shape.extents, strides) where extent != 1 {
      if let last = axes.last, last.stride == stride * extent {
        axes[axes.count - 1] = (last.extent * extent, stride)
      } else {
        axes.append((extent, stride))
      }
    }
    return axes
  }
}

/// An operation that only renames places: its result can be read where the input lies.
public protocol ViewOperation: Operation {
  /// Where the result's elements lie, from where the input's lie; nil where strides cannot express it.
  func view(_ input: StridedView) -> StridedView?
}

extension Reshape: ViewOperation {
  /// Other extents over the same places.
  public func view(_ input: StridedView) -> StridedView? { input.reshaped(shape) }
}

extension Transpose: ViewOperation {
  /// The strides in another order.
  public func view(_ input: StridedView) -> StridedView? {
    StridedView(
      offset: input.offset, strides: permutation.map { input.strides[$0] },
      shape: input.shape.selecting(permutation))
  }
}

extension Broadcast: ViewOperation {
  /// Stride 0 along repeated axes.
  public func view(_ input: StridedView) -> StridedView? {
    let strides = (0..<shape.rank).map { input.shape[$0] == shape[$0] ? input.strides[$0] : 0 }
    return StridedView(offset: input.offset, strides: strides, shape: shape)
  }
}

extension Slice: ViewOperation {
  /// A later start and longer strides.
  public func view(_ input: StridedView) -> StridedView? {
    let offset = zip(starts, input.strides).reduce(input.offset) { $0 + $1.0 * $1.1 }
    return StridedView(offset: offset, strides: zip(input.strides, steps).map { $0 * $1 }, shape: shape)
  }
}

extension Reverse: ViewOperation {
  /// Negative strides from the far end.
  public func view(_ input: StridedView) -> StridedView? {
    var view = input
    for axis in axes {
      view.offset += Swift.max(0, view.shape[axis] - 1) * view.strides[axis]
      view.strides[axis] = -view.strides[axis]
    }
    return view
  }
}
