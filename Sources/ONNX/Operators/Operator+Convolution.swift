import Compute

extension Operator {
  /// Convolutions and their adjoints.
  static let convolution: [String: Operator] = [
    "Conv": Operator { call in
      let image = try call.image()
      let weight = try call.floating(1)
      let bias = try call.has(2) ? call.floating(2) : nil
      return try call.result(call.convolution(image, weight, bias))
    },
    "ConvTranspose": Operator { call in
      let image = try call.image()
      let weight = try call.kernels(call.floating(1), for: image)
      let groups = try call.integer("group", default: 1)
      guard groups >= 1, groups <= image.shape[1], image.shape[1] % groups == 0,
        weight.shape[0] == image.shape[1]
      else {
        throw ImportError(
          "a weight \(weight.shape) in \(groups) groups does not fit \(image.shape[1]) channels of the input"
        )
      }
      let spread = try call.spread(of: image, weight)
      let (outputs, overflows) = weight.shape[1].multipliedReportingOverflow(by: groups)
      _ = try call.shape([image.shape[0], overflows ? .max : outputs] + spread.output)
      let bias = try call.has(2) ? call.bias(call.floating(2), outputs: outputs) : nil
      let result = image.spread(by: weight, spread, groups: groups)
      return try call.result(bias.map { result + $0.channels(rank: result.rank) } ?? result)
    },
  ]
}

extension NodeCall {
  /// The convolution that the attributes describe.
  func convolution(_ image: Tensor, _ given: Tensor, _ bias: Tensor?) throws -> Tensor {
    guard image.rank >= 3 else { throw ImportError("[N, C, ...] is needed, not \(image.shape)") }
    let weight = try kernels(given, for: image)
    let groups = try integer("group", default: 1)
    guard groups >= 1, groups <= weight.shape[0], weight.shape[0] % groups == 0,
      weight.shape[1] * groups == image.shape[1]
    else {
      throw ImportError(
        "a weight \(weight.shape) in \(groups) groups does not fit \(image.shape[1]) channels of the input")
    }
    let extents = Array(image.shape.extents[2...])
    let window = try window(kernel: Array(weight.shape.extents[2...]), over: extents)
    let output = extents.indices.map { window.outputExtent($0, of: extents[$0]) }
    try checkFits(window, extents, output)
    _ = try shape([image.shape[0], weight.shape[0]] + output)
    let offset = try bias.map { try self.bias($0, outputs: weight.shape[0]) }
    return image.convolved(weight, offset, window, groups: groups)
  }

  /// The weight, whose rank must be that of `image`.
  fileprivate func kernels(_ weight: Tensor, for image: Tensor) throws -> Tensor {
    guard weight.rank == image.rank, weight.shape.extents.allSatisfy({ $0 >= 1 }) else {
      throw ImportError("a weight \(weight.shape) does not fit the input \(image.shape)")
    }
    let kernel = Array(weight.shape.extents[2...])
    // Taps along axes before the last two are traced one by one.
    guard kernel.dropLast(2).allSatisfy({ $0 <= 256 }) else {
      throw ImportError("a kernel of \(Shape(kernel)) is deeper than the 256 taps that are supported")
    }
    if let given = try integers("kernel_shape"), given != kernel {
      throw ImportError("attribute 'kernel_shape' is \(given), but the weight is \(weight.shape)")
    }
    return weight
  }

  /// The bias, which must be `[O]`.
  fileprivate func bias(_ bias: Tensor, outputs: Int) throws -> Tensor {
    guard bias.shape == [outputs] else {
      throw ImportError("the bias is \(bias.shape); it should be [\(outputs)]")
    }
    return bias
  }

  /// Throws where a kernel does not fit the padded image.
  func checkFits(_ window: SpatialWindow, _ image: [Int], _ output: [Int]) throws {
    guard
      image.indices.allSatisfy({
        output[$0] >= 1 && image[$0] + min(0, window.low[$0]) + min(0, window.high[$0]) > 0
      })
    else {
      throw ImportError(
        "a kernel of \(Shape(window.kernel)), dilated by \(window.dilation), does not fit an image of "
          + "\(Shape(image)) "
          + "padded by \(window.low) and \(window.high)")
    }
  }

  /// How a transposed convolution spreads `image`.
  fileprivate func spread(of image: Tensor, _ weight: Tensor) throws -> SpatialSpread {
    let extents = Array(image.shape.extents[2...])
    let rank = extents.count
    var window = try unpaddedWindow(kernel: Array(weight.shape.extents[2...]))
    let automatic = try automaticPadding()
    let extra = try spatial("output_padding", rank: rank, default: 0, from: 0)
    (window.low, window.high) = try padding(rank: rank)
    guard (window.low + window.high).allSatisfy({ $0 >= 0 }) else {
      throw ImportError("attribute 'pads' should not be negative")
    }
    let full = extents.indices.map { (extents[$0] - 1) * window.stride[$0] + window.reach($0) }
    var output = full.indices.map { full[$0] + extra[$0] - window.low[$0] - window.high[$0] }
    var wanted = try integers("output_shape").map { _ in try spatial("output_shape", rank: rank, default: 0) }
    if wanted == nil, automatic == .sameUpper || automatic == .sameLower {
      wanted = extents.indices.map { extents[$0] * window.stride[$0] }
    }
    if let wanted {
      output = wanted
      for axis in 0..<rank { window.low[axis] = automatic.split(full[axis] + extra[axis] - wanted[axis]).low }
    } else if automatic == .valid, (window.low + window.high).contains(where: { $0 != 0 }) {
      throw ImportError("attribute 'pads' contradicts auto_pad VALID; leave one of them out")
    }
    guard full.indices.allSatisfy({ output[$0] >= 1 && window.low[$0] < full[$0] }) else {
      throw ImportError("padding by \(window.low) and \(window.high) leaves nothing of \(Shape(full))")
    }
    return SpatialSpread(window: window, full: full, output: output)
  }
}
