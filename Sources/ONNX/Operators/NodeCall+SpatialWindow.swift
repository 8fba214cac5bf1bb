import Compute

/// What `auto_pad` says about padding.
enum AutomaticPadding: String {
  /// The padding is given.
  case notSet = "NOTSET"
  /// As many outputs as strides fit in the image; an odd element of padding goes behind.
  case sameUpper = "SAME_UPPER"
  /// As many outputs as strides fit in the image; an odd element of padding goes in front.
  case sameLower = "SAME_LOWER"
  /// None.
  case valid = "VALID"

  /// A total padding split in two; what is negative is no padding.
  func split(_ total: Int) -> (low: Int, high: Int) {
    let half = max(0, total) / 2
    return self == .sameUpper ? (half, max(0, total) - half) : (max(0, total) - half, half)
  }
}

extension NodeCall {
  /// The window that the attributes describe for a kernel of these extents.
  ///
  /// - Parameters:
  ///   - kernel: The extents of the kernel.
  ///   - image: The spatial extents it moves over.
  func window(kernel: [Int], over image: [Int]) throws -> SpatialWindow {
    var window = try unpaddedWindow(kernel: kernel)
    let automatic = try automaticPadding()
    let given = try padding(rank: kernel.count)
    for axis in kernel.indices where automatic == .sameUpper || automatic == .sameLower {
      let outputs = (image[axis] + window.stride[axis] - 1) / window.stride[axis]
      let total = (outputs - 1) * window.stride[axis] + window.reach(axis) - image[axis]
      (window.low[axis], window.high[axis]) = automatic.split(total)
    }
    if automatic == .notSet {
      (window.low, window.high) = given
    } else if given.low + given.high != window.low + window.high,
      !(given.low + given.high).allSatisfy({ $0 == 0 })
    {
      throw ImportError("attribute 'pads' contradicts auto_pad \(automatic.rawValue); leave one of them out")
    }
    return window
  }

  /// The window that the attributes describe, but for its padding, which is 0.
  func unpaddedWindow(kernel: [Int]) throws -> SpatialWindow {
    guard kernel.allSatisfy({ 1...SpatialWindow.largest ~= $0 }) else {
      throw ImportError("the extents of the kernel, \(kernel), should be 1 to \(SpatialWindow.largest)")
    }
    let none = [Int](repeating: 0, count: kernel.count)
    return SpatialWindow(
      kernel: kernel, stride: try spatial("strides", rank: kernel.count, default: 1),
      dilation: try spatial("dilations", rank: kernel.count, default: 1), low: none, high: none)
  }

  /// The attribute `auto_pad`.
  func automaticPadding() throws -> AutomaticPadding {
    let name = try string("auto_pad", default: AutomaticPadding.notSet.rawValue)
    guard let padding = AutomaticPadding(rawValue: name.isEmpty ? "NOTSET" : name) else {
      throw ImportError(
        "attribute 'auto_pad' is '\(name)'; NOTSET, SAME_UPPER, SAME_LOWER or VALID is needed")
    }
    return padding
  }

  /// The attribute `pads`: elements in front of all axes, then behind them.
  func padding(rank: Int) throws -> (low: [Int], high: [Int]) {
    let pads = try integers("pads") ?? [Int](repeating: 0, count: 2 * rank)
    let limit = SpatialWindow.largest
    guard pads.count == 2 * rank, pads.allSatisfy({ -limit...limit ~= $0 }) else {
      throw ImportError("attribute 'pads', \(pads), should be \(2 * rank) numbers of at most \(limit)")
    }
    return (Array(pads[..<rank]), Array(pads[rank...]))
  }

  /// A list of integers for each spatial axis, none smaller than `smallest`.
  func spatial(_ name: String, rank: Int, default value: Int, from smallest: Int = 1) throws -> [Int] {
    let values = try integers(name) ?? [Int](repeating: value, count: rank)
    guard values.count == rank, values.allSatisfy({ smallest...SpatialWindow.largest ~= $0 }) else {
      throw ImportError(
        "attribute '\(name)', \(values), should be \(rank) numbers "
          + "from \(smallest) to \(SpatialWindow.largest)"
      )
    }
    return values
  }

  /// Input `index` as `[N, C, ...]` of floating-point numbers, with spatial axes none of which is empty.
  func image(_ index: Int = 0) throws -> Tensor {
    let image = try floating(index)
    try checkImage(image.shape)
    return image
  }

  /// Throws unless `shape` is `[N, C, ...]` with at least one spatial axis and no empty one.
  func checkImage(_ shape: Shape) throws {
    guard shape.rank >= 3, shape.extents[2...].allSatisfy({ $0 >= 1 }) else {
      throw ImportError("[N, C, ...] with spatial axes is needed, not \(shape)")
    }
  }
}
