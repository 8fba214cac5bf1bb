extension WindowGeometry {
  /// The thirteen integers of the window kernels.
  func arguments(image: Shape, output: Shape, lanes: Int) -> [Int] {
    [
      image[1], image[2], lanes, output[1], output[2], extents[0], extents[1], stride[0], stride[1], dilation[0],
      dilation[1], low[0], low[1],
    ]
  }

  /// The kernels that store taps as `int32` carry a suffix.
  var suffix: String { indexElement == .uint8 ? "" : "_wide" }
}

extension Lowering {
  /// Launches a window kernel with a work-item for each row or, in the GPU family, for each element of the result.
  func window(_ kernel: String, _ buffers: [BufferID], _ integers: [Int], over result: Shape) {
    switch family {
    case .cpu: launch(kernel, buffers, integers, work: .items(result[2] == 0 ? 0 : result[0] * result[1]))
    case .gpu: windowGPU(kernel, buffers, integers, over: result)
    }
  }
}

extension WindowMaximum {
  /// One launch.
  public func lower(_ lowering: inout Lowering) {
    let (image, output) = (lowering.type(0).shape, lowering.types[0].shape)
    lowering.window(
      "window_max_index" + window.suffix, [lowering.buffer(0), lowering.result()],
      window.arguments(image: image, output: output, lanes: 1), over: output)
  }
}

extension WindowGather {
  /// One launch.
  public func lower(_ lowering: inout Lowering) {
    let (image, output) = (lowering.type(0).shape, lowering.types[0].shape)
    lowering.window(
      "window_gather" + window.suffix, [lowering.buffer(0), lowering.buffer(1), lowering.result()],
      [lowering.type(1).shape[0]] + window.arguments(image: image, output: output, lanes: 1), over: output)
  }
}

extension WindowScatter {
  /// One launch; a work-item owns the places it adds to.
  public func lower(_ lowering: inout Lowering) {
    let (image, output) = (lowering.types[0].shape, lowering.type(0).shape)
    lowering.window(
      "window_scatter" + window.suffix, [lowering.buffer(0), lowering.buffer(1), lowering.result()],
      [lowering.type(1).shape[0]] + window.arguments(image: image, output: output, lanes: 1), over: image)
  }
}

extension WindowSum {
  /// One launch.
  public func lower(_ lowering: inout Lowering) {
    let (image, output) = (lowering.type(0).shape, lowering.types[0].shape)
    lowering.window(
      "window_sum", [lowering.buffer(0), lowering.result()],
      window.arguments(image: image, output: output, lanes: 1), over: output)
  }
}

extension WindowSpread {
  /// One launch; a work-item owns the places it adds to.
  public func lower(_ lowering: inout Lowering) {
    let (image, output) = (lowering.types[0].shape, lowering.type(0).shape)
    lowering.window(
      "window_spread", [lowering.buffer(0), lowering.result()],
      window.arguments(image: image, output: output, lanes: 1), over: image)
  }
}
