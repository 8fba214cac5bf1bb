import ArrayFiles
import Compute

extension Operator {
  /// Windows folded to one element each, and whole images to one for each channel.
  static let pooling: [String: Operator] = [
    "MaxPool": Operator { call in
      let value = try call.value(0)
      try call.checkImage(value.tensor.shape)
      let pool = try call.pool(over: value.tensor.shape)
      guard pool.imageCounts.allSatisfy({ !$0.contains(0) }) else {
        throw ImportError("a window that lies wholly in the padding has no largest element")
      }
      let traced = value.tensor.element
      let image = value.tensor.cast(to: .float32)
      let largest = image.pooled(pool.window) { $0.maxPooled($1) }
      let result = ImportedValue(largest.cast(to: traced), value.element)
      guard call.outputCount > 1 else { return [result] }
      let places = try image.places(
        of: largest, pool, columnMajor: call.integer("storage_order", default: 0) != 0)
      return [result, ImportedValue(places, .int64)]
    },
    "AveragePool": Operator { call in
      let image = try call.image()
      let pool = try call.pool(over: image.shape)
      let includesPadding = try call.integer("count_include_pad", default: 0) != 0
      let counts = includesPadding ? pool.paddedCounts : pool.imageCounts
      return try call.result(image.pooled(pool.window) { $0.sumPooled($1) }.divided(by: counts))
    },
    "LpPool": Operator { call in
      let image = try call.image()
      let exponent = try call.exponent()
      let pool = try call.pool(over: image.shape)
      let sums = image.absolute().power(exponent).pooled(pool.window) { $0.sumPooled($1) }
      return try call.result(sums.power(1 / exponent))
    },
    "GlobalAveragePool": Operator { call in
      let image = try call.image()
      return try call.result(image.mean(Array(2..<image.rank), keepingAxes: true))
    },
    "GlobalMaxPool": Operator { call in
      let image = try call.image()
      return try call.result(image.maximum(over: Array(2..<image.rank), keepingAxes: true))
    },
    "GlobalLpPool": Operator { call in
      let image = try call.image()
      let exponent = try call.exponent()
      let sums = image.absolute().power(exponent).sum(Array(2..<image.rank), keepingAxes: true)
      return try call.result(sums.power(1 / exponent))
    },
  ]
}

/// How a pooling window moves, and what it finds there.
struct Pool {
  /// The window; its padding behind reaches as far as the last window does.
  var window: SpatialWindow
  /// The spatial extents of the result.
  var output: [Int]
  /// For each axis, how many taps of each window lie in the image.
  var imageCounts: [[Int]]
  /// For each axis, how many taps of each window lie in the image or the padding that the file asks for.
  var paddedCounts: [[Int]]
}

extension NodeCall {
  /// The pool that the attributes describe, over `[N, C, ...]`.
  fileprivate func pool(over shape: Shape) throws -> Pool {
    let image = Array(shape.extents[2...])
    guard let kernel = try integers("kernel_shape"), kernel.count == image.count else {
      throw ImportError("attribute 'kernel_shape' should have \(image.count) numbers")
    }
    var window = try window(kernel: kernel, over: image)
    guard
      kernel.indices.allSatisfy({
        0..<window.reach($0) ~= window.low[$0] && 0..<window.reach($0) ~= window.high[$0]
      })
    else {
      throw ImportError(
        "padding by \(window.low) and \(window.high) should be 0 or more, and less than the window")
    }
    let roundsUp = try integer("ceil_mode", default: 0) != 0 && automaticPadding() == .notSet
    let output = kernel.indices.map { axis -> Int in
      let room = image[axis] + window.low[axis] + window.high[axis] - window.reach(axis)
      let stride = window.stride[axis]
      guard roundsUp, room > -stride else { return window.outputExtent(axis, of: image[axis]) }
      let outputs = (room + stride - 1) / stride + 1
      // A last window that would start behind the image is left out.
      return (outputs - 1) * stride < image[axis] + window.low[axis] ? outputs : outputs - 1
    }
    try checkFits(window, image, output)
    _ = try self.shape(shape.extents[..<2] + output)
    let counts = { (padding: Bool) in
      kernel.indices.map { axis in
        let (low, high) = padding ? (window.low[axis], window.high[axis]) : (0, 0)
        return window.tapCounts(axis, outputs: output[axis], in: -low..<(image[axis] + high))
      }
    }
    let (imageCounts, paddedCounts) = (counts(false), counts(true))
    for axis in kernel.indices {
      let end = (output[axis] - 1) * window.stride[axis] + window.reach(axis)
      window.high[axis] = max(0, end - image[axis] - window.low[axis])
    }
    return Pool(window: window, output: output, imageCounts: imageCounts, paddedCounts: paddedCounts)
  }

  /// The attribute `p`, 1 or more.
  fileprivate func exponent() throws -> Double {
    let exponent = try integer("p", default: 2)
    guard 1...1000 ~= exponent else {
      throw ImportError("attribute 'p' is \(exponent); it should be 1 or more")
    }
    return Double(exponent)
  }
}
