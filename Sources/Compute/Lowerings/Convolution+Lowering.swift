/// A convolution or its adjoint for images in the form all gather kernels take: for every output pixel, which input
/// pixels it reads.
struct GatherConvolution {
  let samples: Int
  let groups: Int
  /// Channels of the input and the output, over all groups.
  let inputs, outputs: Int
  let image, output, kernel: [Int]
  let stride, dilation, inputDilation, pad: [Int]
  /// Whether the weight is `[inputs, outputs / groups, ...]` with its taps reversed, as the adjoint reads it.
  let swapsWeight: Bool
  /// Whether equal patches must give equal bits, which minimal filtering does not: it rounds by place in the tile.
  let preservesTies: Bool

  init(_ convolution: Convolution, input: Shape, weight: Shape, result: Shape) {
    let g = convolution.geometry
    samples = input[0]
    groups = g.groups
    inputs = input[1]
    outputs = result[1]
    image = Array(input.extents[2...])
    output = Array(result.extents[2...])
    kernel = Array(weight.extents[2...])
    dilation = g.dilation
    swapsWeight = convolution.role == .image
    preservesTies = convolution.preservesTies
    if convolution.role == .output {
      (stride, inputDilation, pad) = (g.stride, [1, 1], g.low)
    } else {
      (stride, inputDilation) = ([1, 1], g.stride)
      pad = (0..<2).map { g.dilation[$0] * (weight[2 + $0] - 1) - g.low[$0] }
    }
  }

  /// `H, W, OH, OW, KH, KW, stride, dilation, input dilation, padding`, as the kernels list them.
  var arguments: [Int] { image + output + kernel + stride + dilation + inputDilation + pad }

  var taps: Int { kernel[0] * kernel[1] }

  /// Extents of the input a tile of output rows and columns reads, as the kernels compute them.
  func patch(rows: Int, columns: Int) -> (rows: Int, columns: Int) {
    func extent(_ axis: Int, _ count: Int) -> Int {
      if kernel[axis] == 1, inputDilation[axis] == 1 { return count }
      return ((count - 1) * stride[axis] + (kernel[axis] - 1) * dilation[axis]) / inputDilation[axis] + 2
    }
    return (extent(0, rows), extent(1, columns))
  }

  /// The kernel of the CPU family for this layer; the choice never depends on the number of samples.
  var cpuKernel: CPUConvolutionKernel {
    let (perInput, perOutput) = (inputs / groups, outputs / groups)
    guard pad.allSatisfy({ $0 >= 0 }) else { return .plain }
    if perInput == 1, perOutput == 1, groups >= 8 { return .depthwise }
    let fillsBlocks = perInput % Layout.lanes == 0 && perOutput % Layout.lanes == 0
    guard groups == 1 || fillsBlocks else { return .plain }
    if groups == 1, inputs <= 8 { return outputs > 8 ? .first : .plain }
    if groups == 1, outputs <= 8 { return .last }
    let isUnit = stride == [1, 1] && dilation == [1, 1] && inputDilation == [1, 1]
    let isWinograd = groups == 1 && kernel == [3, 3] && isUnit && inputs >= 16 && outputs >= 16
    return isWinograd && !preservesTies && output[0] >= 3 && output[1] >= 3 ? .winograd : .direct
  }
}

/// The convolution kernels of the CPU family.
enum CPUConvolutionKernel: String {
  case winograd, direct, depthwise, first, last, plain

  var inputLayout: (Int) -> Layout {
    switch self {
    case .winograd, .direct, .depthwise, .last: { .blocked(channels: $0) }
    case .first, .plain: { _ in .dense }
    }
  }

  var outputLayout: (Int) -> Layout {
    switch self {
    case .winograd, .direct, .depthwise, .first: { .blocked(channels: $0) }
    case .last, .plain: { _ in .dense }
    }
  }

  /// Whether the epilogue can read and write bit masks.
  var handlesMasks: Bool { outputLayout(16) != .dense }
}

/// What is done to a convolution's result before it is stored: the inputs of the node that hold each part.
struct Epilogue: Hashable, Sendable, Codable {
  /// The input that holds a bias, one element a channel.
  var bias: Int?
  /// The input that holds a tensor of the result's shape, which is added.
  var residual: Int?
  /// Whether negative values become 0.
  var appliesReLU = false
  /// Whether result 1 is where the stored value exceeds 0.
  var savesMask = false
  /// The input that says where values are kept; elsewhere they become 0.
  ///
  /// It may hold fewer samples, which repeat.
  var mask: Int?

  /// The bits of the kernels' `flags` argument.
  var flags: Int {
    (bias == nil ? 0 : 1) + (residual == nil ? 0 : 2) + (appliesReLU ? 4 : 0) + (savesMask ? 8 : 0)
      + (mask == nil ? 0 : 16)
  }
}

extension Convolution {
  /// One launch for the images, with a packing of the weights that is kept between runs where they are.
  public func lower(_ lowering: inout Lowering) {
    switch (role, lowering.family) {
    case (.weight, .cpu): lowerWeightCPU(&lowering)
    case (.weight, .gpu): lowerWeightGPU(&lowering)
    case (_, .cpu): lowerImages(&lowering, Epilogue())
    case (_, .gpu): lowerImagesGPU(&lowering, Epilogue())
    }
  }

  func lowerImages(_ lowering: inout Lowering, _ epilogue: Epilogue) {
    let shape = GatherConvolution(
      self, input: lowering.type(0).shape, weight: lowering.type(1).shape, result: lowering.types[0].shape)
    guard lowering.types[0].shape.count > 0 else { return lowering.fillEmpty() }
    let kernel = shape.cpuKernel
    let inputLayout = kernel.inputLayout(shape.inputs)
    let outputLayout = kernel.outputLayout(shape.outputs)
    var call = ConvolutionCall(shape: shape, epilogue: epilogue)
    call.x = lowering.buffer(0, inputLayout)
    call.weights = lowering.packedWeights(shape, kernel)
    call.bias = epilogue.bias.map { lowering.padded($0, shape.outputs) }
    call.residual = epilogue.residual.map { lowering.buffer($0, outputLayout) }
    if let mask = epilogue.mask {
      call.maskIn = lowering.bits(mask, outputLayout)
      call.maskBatch = lowering.type(mask).shape[0]
    }
    call.y = lowering.result(0, outputLayout)
    if epilogue.savesMask { call.maskOut = lowering.result(1, outputLayout, as: .bit) }
    call.launch(kernel, &lowering)
    if !lowering.planner.options.contains(.layoutChoice) { lowering.makeDense(0) }
  }
}

/// The arguments of one convolution launch of the CPU family.
struct ConvolutionCall {
  let shape: GatherConvolution
  let epilogue: Epilogue
  var x: BufferID = 0
  var weights: BufferID = 0
  var y: BufferID = 0
  var bias, residual, maskIn, maskOut: BufferID?
  var maskBatch = 1

  init(shape: GatherConvolution, epilogue: Epilogue) {
    self.shape = shape
    self.epilogue = epilogue
  }

  /// All pointers; those that no flag asks for repeat the input or the result.
  private var buffers: [BufferID] { [x, weights, bias ?? x, residual ?? x, maskIn ?? x, maskOut ?? y, y] }
  private var tail: [Int] { [epilogue.flags, maskBatch] }

  func launch(_ kernel: CPUConvolutionKernel, _ lowering: inout Lowering) {
    switch kernel {
    case .winograd: launchWinograd(lowering)
    case .direct: launchDirect(lowering)
    case .depthwise: launchDepthwise(lowering)
    case .first: launchFirst(lowering)
    case .last: launchLast(lowering)
    case .plain: launchPlain(lowering)
    }
  }

  private func launchWinograd(_ lowering: Lowering) {
    let (inBlocks, outBlocks) = (blocks(shape.inputs), blocks(shape.outputs))
    let tiles = shape.inputs <= 256 ? 24 : 12
    let scratch = 4 * lines([36 * (tiles * inBlocks * 16 + 16) + 36 * tiles * 64 + 2 * inBlocks])
    let all = shape.samples * ((shape.output[0] + 3) / 4) * ((shape.output[1] + 3) / 4)
    let items = (all + tiles - 1) / tiles
    let parts = items >= 4 ? 1 : min((outBlocks + 3) / 4, 4)
    lowering.launch(
      "convolution_winograd", buffers, scratch: scratch,
      [shape.samples, inBlocks, outBlocks] + shape.image + shape.output + shape.pad + [tiles, parts] + tail,
      work: .items(items * parts))
  }

  private func launchDirect(_ lowering: Lowering) {
    let (inBlocks, outBlocks) = (blocks(shape.inputs / shape.groups), blocks(shape.outputs / shape.groups))
    let phases = shape.inputDilation[0] * shape.inputDilation[1]
    let wanted = 64 * phases
    let rows = min(shape.output[0], max(1, wanted / shape.output[1]))
    let samples = rows < shape.output[0] ? 1 : max(1, wanted / (rows * shape.output[1]))
    let points = samples * rows * shape.output[1]
    let patch = shape.patch(rows: rows, columns: shape.output[1])
    let scratch = lines([
      2 * inBlocks * shape.taps, points + 12, (points + 12) * 64,
      samples * inBlocks * patch.rows * patch.columns * 16,
    ])
    let items =
      ((shape.samples + samples - 1) / samples) * ((shape.output[0] + rows - 1) / rows) * shape.groups
    let parts = items >= 4 ? 1 : min((outBlocks + 3) / 4, 4)
    lowering.launch(
      "convolution_direct", buffers, scratch: 4 * scratch,
      [shape.samples, shape.groups, inBlocks, outBlocks] + shape.arguments + [samples, rows, parts] + tail,
      work: .items(items * parts))
  }

  private func launchDepthwise(_ lowering: Lowering) {
    let rows = 4
    let count = blocks(shape.outputs)
    lowering.launch(
      "convolution_depthwise", buffers, [count] + shape.arguments + [rows] + tail,
      work: .items(shape.samples * count * ((shape.output[0] + rows - 1) / rows)))
  }

  private func launchFirst(_ lowering: Lowering) {
    let rows = min(shape.output[0], max(1, 96 / shape.output[1]))
    let points = rows * shape.output[1]
    let patch = shape.patch(rows: rows, columns: shape.output[1])
    let scratch = lines([
      2 * shape.inputs * shape.taps, points + 12, (points + 12) * 64,
      shape.inputs * patch.rows * patch.columns,
    ])
    lowering.launch(
      "convolution_first", buffers, scratch: 4 * scratch,
      [shape.inputs, blocks(shape.outputs)] + shape.arguments + [rows] + tail,
      work: .items(shape.samples * ((shape.output[0] + rows - 1) / rows)))
  }

  private func launchLast(_ lowering: Lowering) {
    let rows = min(shape.output[0], max(1, 96 / shape.output[1]))
    let points = rows * shape.output[1]
    let patch = shape.patch(rows: rows, columns: shape.output[1])
    let inBlocks = blocks(shape.inputs)
    let scratch = lines([
      2 * inBlocks * shape.taps, points + 12, (points + 12) * shape.outputs * 16,
      inBlocks * patch.rows * patch.columns * 16,
    ])
    lowering.launch(
      "convolution_last", [x, weights, bias ?? x, residual ?? x, y], scratch: 4 * scratch,
      [inBlocks, shape.outputs] + shape.arguments + [rows, epilogue.flags],
      work: .items(shape.samples * ((shape.output[0] + rows - 1) / rows)))
  }

  private func launchPlain(_ lowering: Lowering) {
    let perOutput = shape.outputs / shape.groups
    lowering.launch(
      "convolution_plain", [x, weights, bias ?? x, residual ?? x, y],
      [shape.groups, shape.inputs / shape.groups, perOutput] + shape.arguments
        + [shape.swapsWeight ? 1 : 0, epilogue.flags],
      work: .items(shape.samples * shape.groups * ((perOutput + 3) / 4) * shape.output[0]))
  }

  private func blocks(_ channels: Int) -> Int { (channels + Layout.lanes - 1) / Layout.lanes }

  /// Words of scratch whose parts each start on a line of 16.
  private func lines(_ parts: [Int]) -> Int { parts.reduce(0) { $0 + ($1 + 15) / 16 * 16 } }
}

extension Lowering {
  /// Input 1 in the layout `kernel` reads; packed once for each set of weights where they stay the same.
  func packedWeights(_ shape: GatherConvolution, _ kernel: CPUConvolutionKernel) -> BufferID {
    let weight = buffer(1)
    guard kernel != .plain else { return weight }
    return planner.settingUp(planner.isSetup(weight)) { pack(weight, shape, kernel) }
  }

  private func pack(
    _ weight: BufferID, _ shape: GatherConvolution, _ kernel: CPUConvolutionKernel
  ) -> BufferID {
    func blocks(_ channels: Int) -> Int { (channels / shape.groups + 15) / 16 }
    let (inBlocks, outBlocks) = (blocks(shape.inputs), blocks(shape.outputs))
    let swap = shape.swapsWeight ? 1 : 0
    let taps = shape.taps
    // The extents of the weight as it is stored.
    let (o, c) = shape.swapsWeight ? (shape.inputs, shape.outputs) : (shape.outputs, shape.inputs)
    let (floats, items, integers): (Int, Int, [Int]) =
      switch kernel {
      case .winograd: (outBlocks * inBlocks * 256 * 36, outBlocks * inBlocks * 16, [o, c, swap])
      case .direct:
        (
          shape.groups * outBlocks * inBlocks * taps * 256, shape.groups * outBlocks * inBlocks * taps,
          [o, c, shape.groups, taps, swap]
        )
      case .first:
        (outBlocks * 16 * shape.inputs * taps, outBlocks * shape.inputs * taps, [o, c, taps, swap])
      case .last: (inBlocks * taps * shape.outputs * 16, inBlocks * taps, [o, c, taps, swap])
      case .depthwise: ((shape.outputs + 15) / 16 * 16 * taps, (shape.outputs + 15) / 16, [o, taps, swap])
      case .plain: (0, 0, [])
      }
    let packed = temporary(floats * 4)
    launch("pack_" + kernel.rawValue, [weight, packed], integers, work: .items(items))
    return packed
  }

  /// Input `index`, one element a channel, followed by zeros up to a whole block.
  func padded(_ index: Int, _ channels: Int) -> BufferID {
    let source = buffer(index)
    guard channels % Layout.lanes != 0 else { return source }
    let padded = (channels + 15) / 16 * 16
    return planner.settingUp(planner.isSetup(source)) {
      let target = temporary(padded * 4)
      let zeros = Lowered(TensorType([padded]), .constant(0, .float32))
      planner.compute(zeros, into: target, .float32, .dense)
      planner.compute(.stored(TensorType([channels]), in: source), into: target, .float32, .dense)
      return target
    }
  }

  /// Input `index`, a mask, as one bit an element in `layout`.
  func bits(_ index: Int, _ layout: Layout) -> BufferID {
    let mask = inputs[index]
    if mask.layout == layout, let (buffer, element, view) = mask.root.memory, element == .bit, view.isDense,
      view.offset == 0, view.shape == mask.physical
    {
      return buffer
    }
    return planner.packed(mask, layout)
  }

  /// Result `index` in the dense layout.
  mutating func makeDense(_ index: Int) {
    guard let result = results[index], result.layout != .dense else { return }
    results[index] = .stored(result.type, in: planner.stored(result, .dense))
  }

  /// Gives every result an empty buffer.
  mutating func fillEmpty() { for index in types.indices { _ = result(index) } }
}

extension Planner {
  /// A mask as bits, dense in `layout`; a blocked layout that is not exact has zeros in its padding.
  func packed(_ mask: Lowered, _ layout: Layout) -> BufferID {
    let bytes =
      mask.layout == layout || layout.isExact
      ? mask : .stored(mask.type, in: stored(mask, layout), layout: layout)
    let buffer = allocate(StoredElement.bit.byteCount(layout.physical(mask.type.shape).count))
    compute(bytes, into: buffer, .bit, layout)
    return buffer
  }
}

// MARK: - The adjoint for weights

extension Convolution {
  /// One launch, or two where the samples are split into parts that are added in order.
  private func lowerWeightCPU(_ lowering: inout Lowering) {
    let (x, g, w) = (lowering.type(0).shape, lowering.type(1).shape, lowering.types[0].shape)
    let result = lowering.result()
    guard w.count > 0 else { return }
    let groups = geometry.groups
    let (c, o, taps) = (x[1] / groups, g[1] / groups, w[2] * w[3])
    let shape = [x[2], x[3], g[2], g[3], w[2], w[3]] + geometry.stride + geometry.dilation
    let parts = max(1, min(x[0], WeightParts.count(samples: x[0])))
    let partial = parts == 1 ? result : lowering.temporary(parts * w.count * 4)
    let fillsBlocks = groups == 1 || (c % Layout.lanes == 0 && o % Layout.lanes == 0)
    if c > 8, o > 8, fillsBlocks {
      let (inBlocks, outBlocks) = ((c + 15) / 16, (o + 15) / 16)
      let buffers = [
        lowering.buffer(0, .blocked(channels: x[1])), lowering.buffer(1, .blocked(channels: g[1])), partial,
      ]
      lowering.launch(
        "convolution_weights", buffers, [x[0], groups, c, o] + shape + geometry.low + [parts],
        work: .items(parts * groups * outBlocks * inBlocks * taps))
    } else if groups == 1, c <= 8, o > 8 {
      lowerFirst(&lowering, partial, x, g, shape, parts)
    } else {
      lowering.launch(
        "convolution_weights_plain", [lowering.buffer(0), lowering.buffer(1), partial],
        [x[0], groups, c, o] + shape + [1, 1] + geometry.low + [parts],
        work: .items(parts * groups * o * c * taps))
    }
    guard parts > 1 else { return }
    lowering.launch(
      "convolution_weights_sum", [partial, result], [w.count, parts], work: .items((w.count + 1023) / 1024))
  }

  private func lowerFirst(
    _ lowering: inout Lowering, _ partial: BufferID, _ x: Shape, _ g: Shape, _ shape: [Int], _ parts: Int
  ) {
    let w = lowering.types[0].shape
    let taps = w[2] * w[3]
    let rows = min(g[2], max(1, 64 / g[3]))
    let buffers = [lowering.buffer(0), lowering.buffer(1, .blocked(channels: g[1])), partial]
    lowering.launch(
      "convolution_weights_first", buffers,
      scratch: 4 * x[1] * patchExtent(0, rows, kernel: w[2]) * patchExtent(1, g[3], kernel: w[3]),
      [x[0], x[1], g[1]] + shape + geometry.low + [rows, parts],
      work: .items(parts * ((g[1] + 15) / 16) * ((x[1] * taps + 8) / 9)))
  }
}

extension Convolution {
  /// Extent of the input that `count` neighbouring outputs read along an axis, as the kernels compute it.
  fileprivate func patchExtent(_ axis: Int, _ count: Int, kernel: Int) -> Int {
    kernel == 1 ? count : (count - 1) * geometry.stride[axis] + (kernel - 1) * geometry.dilation[axis] + 2
  }
}

/// How the sum over samples is split: by their number alone, never by the number of cores.
private enum WeightParts {
  static func count(samples: Int) -> Int { min(8, max(1, samples / 8)) }
}
