/// A window kernel and the layout it runs in.
private struct WindowCall {
  let window: WindowGeometry
  /// That of a blocked input where the kernels may work on it in place, else dense.
  let layout: Layout

  init(_ window: WindowGeometry, _ lowering: Lowering) {
    self.window = window
    let blocked = lowering.inputs.first { $0.layout != .dense }?.layout
    guard lowering.family == .cpu, let blocked, case .blocked(let channels) = blocked, blocked.isExact,
      (lowering.inputs.map(\.type) + lowering.types).allSatisfy({ $0.shape[0] % channels == 0 })
    else {
      layout = .dense
      return
    }
    layout = blocked
  }

  private var lanes: Int { layout == .dense ? 1 : Layout.lanes }

  /// Launches `kernel`: a work-item for each row of `result` or, in the GPU family, for each element.
  func launch(
    _ kernel: String, _ buffers: [BufferID], _ lowering: Lowering, image: Shape, output: Shape,
    over result: Shape,
    taps: Shape? = nil
  ) {
    let indexBatch = taps.map { [$0[0] / lanes] } ?? []
    let integers = indexBatch + window.arguments(image: image, output: output, lanes: lanes)
    switch lowering.family {
    case .cpu:
      lowering.launch(
        kernel, buffers, integers, work: .items(result[2] == 0 ? 0 : result[0] / lanes * result[1]))
    case .gpu: lowering.windowGPU(kernel, buffers, integers, over: result)
    }
  }
}

extension WindowGeometry {
  /// The thirteen integers of the window kernels.
  fileprivate func arguments(image: Shape, output: Shape, lanes: Int) -> [Int] {
    [
      image[1], image[2], lanes, output[1], output[2], extents[0], extents[1], stride[0], stride[1],
      dilation[0],
      dilation[1], low[0], low[1],
    ]
  }

  /// The kernels that store taps as `int32` carry a suffix.
  fileprivate var suffix: String { indexElement == .uint8 ? "" : "_wide" }
}

extension WindowMaximum {
  /// One launch.
  public func lower(_ lowering: inout Lowering) {
    let (image, output) = (lowering.type(0).shape, lowering.types[0].shape)
    let call = WindowCall(window, lowering)
    let buffers = [lowering.buffer(0, call.layout), lowering.result(0, call.layout)]
    call.launch(
      "window_max_index" + window.suffix, buffers, lowering, image: image, output: output, over: output)
  }
}

extension FusedMaxPool {
  /// One launch.
  func lower(_ lowering: inout Lowering) {
    let (image, output) = (lowering.type(0).shape, lowering.types[0].shape)
    let call = WindowCall(window, lowering)
    let buffers = [
      lowering.buffer(0, call.layout), lowering.result(0, call.layout), lowering.result(1, call.layout),
    ]
    call.launch("window_max" + window.suffix, buffers, lowering, image: image, output: output, over: output)
  }
}

extension WindowGather {
  /// One launch.
  public func lower(_ lowering: inout Lowering) {
    let (image, output) = (lowering.type(0).shape, lowering.types[0].shape)
    let call = WindowCall(window, lowering)
    let buffers = [
      lowering.buffer(0, call.layout), lowering.buffer(1, call.layout), lowering.result(0, call.layout),
    ]
    call.launch(
      "window_gather" + window.suffix, buffers, lowering, image: image, output: output, over: output,
      taps: lowering.type(1).shape)
  }
}

extension WindowScatter {
  /// One launch; a work-item owns the places it adds to.
  public func lower(_ lowering: inout Lowering) {
    let (image, output) = (lowering.types[0].shape, lowering.type(0).shape)
    let call = WindowCall(window, lowering)
    let buffers = [
      lowering.buffer(0, call.layout), lowering.buffer(1, call.layout), lowering.result(0, call.layout),
    ]
    call.launch(
      "window_scatter" + window.suffix, buffers, lowering, image: image, output: output, over: image,
      taps: lowering.type(1).shape)
  }
}

extension WindowSum {
  /// One launch.
  public func lower(_ lowering: inout Lowering) {
    if lowering.sumsExactly { return lowerExactly(&lowering) }
    let (image, output) = (lowering.type(0).shape, lowering.types[0].shape)
    let call = WindowCall(window, lowering)
    let buffers = [lowering.buffer(0, call.layout), lowering.result(0, call.layout)]
    call.launch("window_sum", buffers, lowering, image: image, output: output, over: output)
  }
}

extension WindowSpread {
  /// One launch; a work-item owns the places it adds to.
  public func lower(_ lowering: inout Lowering) {
    if lowering.sumsExactly { return lowerExactly(&lowering) }
    let (image, output) = (lowering.types[0].shape, lowering.type(0).shape)
    let call = WindowCall(window, lowering)
    let buffers = [lowering.buffer(0, call.layout), lowering.result(0, call.layout)]
    call.launch("window_spread", buffers, lowering, image: image, output: output, over: image)
  }
}
