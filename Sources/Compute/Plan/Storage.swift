/// A buffer a plan uses, before it has an address.
typealias BufferID = Int

/// How elements are laid out in a buffer; the raw values are the element codes of `Kernels/include/program.h`.
public enum StoredElement: Int32, Hashable, Sendable {
  case float32 = 0, int32, uint8, bool, bit
  /// No memory: the value is the element's position.
  case index

  init(_ element: ElementType) {
    switch element {
    case .float32: self = .float32
    case .int32: self = .int32
    case .uint8: self = .uint8
    case .bool: self = .bool
    }
  }

  /// Bytes that `count` elements take.
  func byteCount(_ count: Int) -> Int {
    switch self {
    case .float32, .int32: 4 * count
    case .uint8, .bool: count
    case .bit: (count + 31) / 32 * 4
    case .index: 0
    }
  }
}

/// How the logical axes of a value map to those it is stored and iterated with.
enum Layout: Hashable, Sendable {
  /// As they are.
  case dense
  /// Images `[N, C, H, W]`, or their planes `[N · C, H, W]`, as `[N, ceil(C/16), H, W, 16]`, the layout of the CPU
  /// family's convolutions and windows.
  case blocked(channels: Int)

  static let lanes = 16

  /// The extents a value of this logical shape is stored with.
  func physical(_ shape: Shape) -> Shape {
    switch self {
    case .dense: shape
    case .blocked(let channels):
      [
        shape.rank == 4 ? shape[0] : shape[0] / channels, (channels + Layout.lanes - 1) / Layout.lanes,
        shape[shape.rank - 2], shape[shape.rank - 1], Layout.lanes,
      ]
    }
  }

  /// Whether a reshape between these only joins samples and channels or splits them again, so that the blocked layout
  /// of one is that of the other.
  func joinsPlanes(_ from: Shape, _ to: Shape) -> Bool {
    guard case .blocked(let channels) = self, from.extents.suffix(2) == to.extents.suffix(2) else {
      return false
    }
    return (from.rank == 4 && to.rank == 3) || (from.rank == 3 && to.rank == 4 && to[1] == channels)
  }

  /// Whether a map finds each element of one layout in the other: nothing but the order of axes differs.
  func sharesPlaces(with other: Layout) -> Bool {
    if self == other { return true }
    return isExact && other.isExact && (self == .dense || other == .dense)
  }

  /// Whether every stored element is an element of the value, so that maps may work on it in place.
  var isExact: Bool {
    if case .blocked(let channels) = self { return channels % Layout.lanes == 0 }
    return true
  }
}

extension StridedView {
  /// A dense-layout view of images `[N, C, H, W]`, or of their planes `[N · C, H, W]`, in the blocked order of axes;
  /// C must be a multiple of the lanes.
  func blocked(channels: Int) -> StridedView {
    let isPlanes = shape.rank == 3
    let s = isPlanes ? [strides[0] * channels] + strides : strides
    let e: Shape = isPlanes ? [shape[0] / channels, channels, shape[1], shape[2]] : shape
    return StridedView(
      offset: offset, strides: [s[0], s[1] * Layout.lanes, s[2], s[3], s[1]],
      shape: [e[0], e[1] / Layout.lanes, e[2], e[3], Layout.lanes])
  }

  /// A blocked view `[N, C/16, H, W, 16]` with its axes in the order of the dense layout, channels split.
  func unblocked() -> StridedView {
    let order = [0, 1, 4, 2, 3]
    return StridedView(offset: offset, strides: order.map { strides[$0] }, shape: shape.selecting(order))
  }
}
