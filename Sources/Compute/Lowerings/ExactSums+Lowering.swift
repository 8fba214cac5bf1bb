// Sums and products as if computed with twice the bits: `Kernels/cpu/exact.cl` and `Kernels/gpu/exact.cl`.

extension Lowering {
  /// Whether sums are to be as if they were rounded once.
  var sumsExactly: Bool { planner.options.contains(.exactSums) }

  fileprivate func becauseOfPrecision() { because(Planner.exactReason) }
}

extension Convolution {
  /// One launch, and in the CPU family one more that packs the weights.
  func lowerExactly(_ lowering: inout Lowering) {
    guard lowering.types[0].shape.count > 0 else { return lowering.fillEmpty() }
    lowering.becauseOfPrecision()
    guard role != .weight else { return lowerWeightExactly(&lowering) }
    let shape = GatherConvolution(
      self, input: lowering.type(0).shape, weight: lowering.type(1).shape, result: lowering.types[0].shape,
      options: lowering.planner.options)
    let call = ExactConvolution(shape: shape)
    switch lowering.family {
    case .cpu:
      let x = lowering.buffer(0, .blocked(channels: shape.inputs))
      let weights = call.packed(lowering.buffer(1), lowering)
      call.launchCPU(lowering, x, weights, into: lowering.result(0, .blocked(channels: shape.outputs)))
      if !lowering.planner.options.contains(.layoutChoice) { lowering.makeDense(0) }
    case .gpu:
      call.launchGPU(lowering, lowering.buffer(0), lowering.buffer(1), into: lowering.result())
    }
  }

  private func lowerWeightExactly(_ lowering: inout Lowering) {
    let (x, g, w) = (lowering.type(0).shape, lowering.type(1).shape, lowering.types[0].shape)
    let (inputs, outputs) = (x[1] / geometry.groups, g[1] / geometry.groups)
    let counts = [x[0], geometry.groups, inputs, outputs]
    let extents = [x[2], x[3], g[2], g[3], w[2], w[3]] + geometry.stride + geometry.dilation
    switch lowering.family {
    case .cpu:
      lowering.launch(
        "exact_weights",
        [
          lowering.buffer(0, .blocked(channels: x[1])), lowering.buffer(1, .blocked(channels: g[1])),
          lowering.result(),
        ], counts + extents + geometry.low, work: .items((g[1] + 15) / 16 * inputs * w[2] * w[3]))
    case .gpu:
      lowering.launch(
        "exact_weights", [lowering.buffer(0), lowering.buffer(1), lowering.result()],
        counts + extents + [1, 1] + geometry.low, work: .chunks(of: w.count, cpu: 1, in: .gpu))
    }
  }
}

/// A convolution, or its adjoint for images, as exact sums.
private struct ExactConvolution {
  let shape: GatherConvolution
  /// Whether all groups have the same weights.
  var isShared = false

  private var inputs: Int { shape.inputs / shape.groups }
  private var outputs: Int { shape.outputs / shape.groups }
  private var blocks: Int { (shape.outputs + 15) / 16 }

  func packed(_ weights: BufferID, _ lowering: Lowering) -> BufferID {
    let (o, c) = shape.swapsWeight ? (shape.inputs, shape.outputs) : (shape.outputs, shape.inputs)
    return lowering.packed(
      by: "pack_exact", weights, [o, c, shape.groups, shape.taps, shape.swapsWeight ? 1 : 0],
      floats: blocks * shape.taps * inputs * 16, work: .items(blocks * shape.taps))
  }

  func launchCPU(_ lowering: Lowering, _ x: BufferID, _ weights: BufferID, into y: BufferID) {
    lowering.launch(
      "exact_convolution", [x, weights, y],
      [shape.groups, inputs, outputs] + shape.arguments + [isShared ? 1 : blocks],
      work: .items(shape.samples * blocks * shape.output[0]))
  }

  func launchGPU(_ lowering: Lowering, _ x: BufferID, _ weights: BufferID, into y: BufferID) {
    let count = shape.samples * shape.outputs * shape.output[0] * shape.output[1]
    lowering.launch(
      "exact_convolution", [x, weights, y],
      [shape.samples, shape.groups, inputs, outputs] + shape.arguments
        + [shape.swapsWeight ? 1 : 0, isShared ? 1 : 0],
      work: .chunks(of: count, cpu: 1, in: .gpu))
  }
}

extension MatrixMultiply {
  /// One launch, and in the CPU family one more that packs the second operand.
  func lowerExactly(_ lowering: inout Lowering) {
    let (left, right) = (lowering.type(0).shape, lowering.type(1).shape)
    let (batch, m, n, k) = (Swift.max(left[0], right[0]), left[1], right[2], left[2])
    lowering.becauseOfPrecision()
    let (a, aStrides) = lowering.matrix(0)
    let (b, bStrides) = lowering.matrix(1)
    let c = lowering.result()
    guard lowering.family == .cpu else {
      return lowering.launch(
        "exact_matmul", [a, b, c], [batch, m, n, k] + aStrides + bStrides,
        work: .chunks(of: batch * m * n, cpu: 1, in: .gpu))
    }
    let blocks = (n + 15) / 16
    let packed = lowering.packed(
      by: "pack_exact_matrix", b, bStrides + [n, k], floats: right[0] * blocks * k * 16,
      work: .items(right[0] * blocks))
    lowering.launch(
      "exact_matmul", [a, packed, c], [m, n, k] + aStrides + [right[0] == 1 ? 0 : blocks * k * 16],
      work: .items(batch * m * blocks))
  }
}

extension Planner {
  fileprivate static let exactReason = "exact sums are asked for, which have kernels of their own"

  /// Emits the launches that add up a term over the trailing axes of its view, rounding once.
  func sumExactly(_ output: MapProgramBuilder.Destination, kept: Int) {
    let shape = output.view.shape
    let results = shape.extents[..<kept].reduce(1, *)
    let folded = shape.extents[kept...].reduce(1, *)
    let buffer = allocate(4 * shape.count)
    let dense = StridedView(dense: shape)
    store([.init(term: output.term, buffer: buffer, element: .float32, view: dense)], over: shape)
    purposes.explain(Planner.exactReason)
    emit(
      PendingLaunch(
        kernel: "exact_sum", buffers: [buffer, output.buffer], integers: [Int32(folded)],
        work: family == .cpu ? .items(results) : .groups(global: [results * 256], local: [256])))
  }
}

extension WindowSum {
  /// A convolution of every plane with ones.
  func lowerExactly(_ lowering: inout Lowering) { lowering.sumWindowsExactly(window, .output) }
}

extension WindowSpread {
  /// The adjoint of a convolution of every plane with ones.
  func lowerExactly(_ lowering: inout Lowering) { lowering.sumWindowsExactly(window, .image) }
}

extension Lowering {
  /// Input 0, planes `[P, H, W]`, as a convolution of one sample whose P channels are each a group of their own.
  fileprivate mutating func sumWindowsExactly(_ window: WindowGeometry, _ role: Convolution.Role) {
    guard types[0].shape.count > 0 else { return fillEmpty() }
    becauseOfPrecision()
    func image(_ type: TensorType) -> TensorType { TensorType(type.shape.inserting(1, at: 0)) }
    let (input, output) = (image(type(0)), image(types[0]))
    let planes = input.shape[1]
    let geometry = ConvolutionGeometry(
      stride: window.stride, low: window.low, high: window.high, dilation: window.dilation, groups: planes)
    let weight: Shape = [planes, 1, window.extents[0], window.extents[1]]
    let shape = GatherConvolution(
      Convolution(role: role, geometry: geometry, extents: []), input: input.shape, weight: weight,
      result: output.shape, options: planner.options)
    var call = ExactConvolution(shape: shape)
    call.isShared = true
    let lanes = family == .cpu ? Layout.lanes : 1
    let one = withBytes(Int32(bitPattern: Float(1).bitPattern))
    let ones = constant((0..<(shape.taps * lanes)).flatMap { _ in one })
    guard family == .cpu else { return call.launchGPU(self, buffer(0), ones, into: result()) }
    let layout = Layout.blocked(channels: planes)
    let x = planner.stored(.stored(input, in: buffer(0)), layout)
    let y = temporary(4 * layout.physical(output.shape).count)
    call.launchCPU(self, x, ones, into: y)
    let dense = planner.stored(.stored(output, in: y, layout: layout), .dense)
    results[0] = .stored(types[0], in: dense)
  }
}
