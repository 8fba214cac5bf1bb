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
  /// The passes of the plan.
  let options: PlanOptions

  init(
    _ convolution: Convolution, input: Shape, weight: Shape, result: Shape, options: PlanOptions = []
  ) {
    let g = convolution.geometry
    self.options = options
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

  /// Parts that `convolution_tiles` splits a number into.
  ///
  /// Forward values decide on which side of a kink an activation lies, so they are computed as float32 would; an
  /// adjoint decides nothing, and two parts do for it.
  var bfloatParts: Int { swapsWeight || options.contains(.tensorFloat32) ? 2 : 3 }

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
    // A tile multiplies two blocks of channels at once: one alone would waste half of it.
    let suitsTiles = options.contains(.matrixTiles) && perInput > Layout.lanes
    let prefersTiles = bfloatParts == 2 || outgrowsCaches
    if suitsMinimalFiltering, !(suitsTiles && prefersTiles) { return .winograd }
    if suitsTiles { return .tiles }
    return suitsStridedFiltering ? .stridedWinograd : .direct
  }

  /// Whether the transformed weights of F(4x4, 3x3), four times the weights, would be read for a single tile of each
  /// sample: then matrix tiles or F(2x2, 3x3) are about as fast, and need less memory.
  private var outgrowsCaches: Bool { inputs * outputs >= 512 * 512 && output[0] <= 4 && output[1] <= 4 }

  /// The outputs of a tile of minimal filtering along each axis: 4, or 2 where 4 would not fit or outgrow the caches.
  var filteringSide: Int { outgrowsCaches || output.allSatisfy { $0 <= 2 } ? 2 : 4 }

  /// Whether F(4x4, 3x3) or F(2x2, 3x3) can compute it, and saves anything.
  private var suitsMinimalFiltering: Bool {
    guard stride == [1, 1], inputDilation == [1, 1], isWide3x3 else { return false }
    return output.allSatisfy { $0 >= 3 } || output.allSatisfy { $0 == 2 }
  }

  /// Whether minimal filtering of the phases can compute it, and saves anything: 81 places of six tiles fit into
  /// scratch for up to 448 channels.
  private var suitsStridedFiltering: Bool {
    guard isWide3x3, inputs <= 448 else { return false }
    if inputDilation == [1, 1] { return stride == [2, 2] && output.allSatisfy { $0 >= 3 } }
    return inputDilation == [2, 2] && stride == [1, 1] && output.allSatisfy { $0 >= 6 }
  }

  private var isWide3x3: Bool {
    groups == 1 && inputs >= 16 && outputs >= 16 && kernel == [3, 3] && dilation == [1, 1] && !preservesTies
  }
}

/// The convolution kernels of the CPU family.
enum CPUConvolutionKernel: String {
  case winograd
  case stridedWinograd = "winograd_strided"
  case direct, tiles, depthwise, first, last, plain

  var inputLayout: (Int) -> Layout {
    switch self {
    case .winograd, .stridedWinograd, .direct, .tiles, .depthwise, .last: { .blocked(channels: $0) }
    case .first, .plain: { _ in .dense }
    }
  }

  var outputLayout: (Int) -> Layout {
    switch self {
    case .winograd, .stridedWinograd, .direct, .tiles, .depthwise, .first: { .blocked(channels: $0) }
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
      self, input: lowering.type(0).shape, weight: lowering.type(1).shape, result: lowering.types[0].shape,
      options: lowering.planner.options)
    guard lowering.types[0].shape.count > 0 else { return lowering.fillEmpty() }
    let kernel = shape.cpuKernel
    lowering.because(shape.reason(for: kernel))
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
    case .stridedWinograd: launchStridedWinograd(lowering)
    case .direct: launchDirect(lowering)
    case .tiles: launchTiles(lowering)
    case .depthwise: launchDepthwise(lowering)
    case .first: launchFirst(lowering)
    case .last: launchLast(lowering)
    case .plain: launchPlain(lowering)
    }
  }

  private func launchWinograd(_ lowering: Lowering) {
    let (inBlocks, outBlocks) = (blocks(shape.inputs), blocks(shape.outputs))
    let side = shape.filteringSide
    let frequencies = (side + 2) * (side + 2)
    func scratch(_ tiles: Int) -> Int {
      4 * lines([frequencies * (tiles * inBlocks * 16 + 16 + tiles * 64) + 2 * inBlocks])
    }
    // Multiples of 12, the height of the tallest register tile; below that only for very many channels.
    let tiles = lowering.tuned(shape.title(.winograd), fitting([24, 12, 36, 48], least: 6, scratch))
    let all =
      shape.samples * ((shape.output[0] + side - 1) / side) * ((shape.output[1] + side - 1) / side)
    let items = (all + tiles - 1) / tiles
    let parts = items >= 4 ? 1 : min((outBlocks + 3) / 4, 4)
    lowering.launch(
      "convolution_winograd", buffers, scratch: scratch(tiles),
      [shape.samples, inBlocks, outBlocks] + shape.image + shape.output + shape.pad
        + [side, tiles, parts] + tail,
      work: .items(items * parts))
  }

  private func launchStridedWinograd(_ lowering: Lowering) {
    let (inBlocks, outBlocks) = (blocks(shape.inputs), blocks(shape.outputs))
    let expands = shape.inputDilation == [2, 2]
    let side = expands ? 8 : 4
    func scratch(_ tiles: Int) -> Int {
      4 * lines([81 * tiles * (inBlocks * 16 + 64) + 36 * 16 + 2 * inBlocks])
    }
    let tiles = lowering.tuned(shape.title(.stridedWinograd), fitting([12, 18, 24], least: 6, scratch))
    let all =
      shape.samples * ((shape.output[0] + side - 1) / side) * ((shape.output[1] + side - 1) / side)
    let items = (all + tiles - 1) / tiles
    let parts = items >= 4 ? 1 : min((outBlocks + 3) / 4, 4)
    lowering.launch(
      "convolution_winograd_strided", buffers, scratch: scratch(tiles),
      [shape.samples, inBlocks, outBlocks] + shape.image + shape.output + shape.pad
        + [expands ? 1 : 0, tiles, parts] + tail,
      work: .items(items * parts))
  }

  private func launchDirect(_ lowering: Lowering) {
    let (inBlocks, outBlocks) = (blocks(shape.inputs / shape.groups), blocks(shape.outputs / shape.groups))
    func cut(_ wanted: Int) -> (rows: Int, samples: Int) {
      let wanted = wanted * shape.inputDilation[0] * shape.inputDilation[1]
      let rows = min(shape.output[0], max(1, wanted / shape.output[1]))
      return (rows, rows < shape.output[0] ? 1 : max(1, wanted / (rows * shape.output[1])))
    }
    func scratch(_ wanted: Int) -> Int {
      let (rows, samples) = cut(wanted)
      let points = samples * rows * shape.output[1]
      let patch = shape.patch(rows: rows, columns: shape.output[1])
      return 4
        * lines([
          2 * inBlocks * shape.taps, points + 12, (points + 12) * 64,
          samples * inBlocks * patch.rows * patch.columns * 16,
        ])
    }
    let wanted = lowering.tuned(shape.title(.direct), fitting([64, 32, 16, 128, 256], least: 1, scratch))
    let (rows, samples) = cut(wanted)
    let items =
      ((shape.samples + samples - 1) / samples) * ((shape.output[0] + rows - 1) / rows) * shape.groups
    let parts = items >= 4 ? 1 : min((outBlocks + 3) / 4, 4)
    lowering.launch(
      "convolution_direct", buffers, scratch: scratch(wanted),
      [shape.samples, shape.groups, inBlocks, outBlocks] + shape.arguments + [samples, rows, parts] + tail,
      work: .items(items * parts))
  }

  private func launchTiles(_ lowering: Lowering) {
    let inBlocks = blocks(shape.inputs / shape.groups)
    let (inPairs, outPairs) = ((inBlocks + 1) / 2, (blocks(shape.outputs / shape.groups) + 1) / 2)
    let splits = shape.bfloatParts
    let cut = lowering.tuned(
      shape.title(.tiles), TileCut.candidates(shape, pixelBytes: inPairs * 64 * splits))
    let points = cut.samples * cut.rows * shape.output[1]
    let patch = shape.patch(rows: cut.rows, columns: shape.output[1])
    let steps = inPairs * shape.taps
    let scratch = lines([
      2 * steps, points + 32, points + 32, points + 32, 2048, steps * 512 * splits,
      cut.samples * inPairs * patch.rows * patch.columns * 16 * splits + 1024,
    ])
    let items =
      ((shape.samples + cut.samples - 1) / cut.samples) * ((shape.output[0] + cut.rows - 1) / cut.rows)
      * shape.groups
    let parts = items >= 4 ? 1 : min(outPairs, 4)
    lowering.launch(
      "convolution_tiles", buffers, scratch: 4 * scratch,
      [shape.samples, shape.groups, inBlocks, blocks(shape.outputs / shape.groups)] + shape.arguments
        + [cut.samples, cut.rows, parts] + tail + [splits, cut.isInterleaved ? 1 : 0],
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
    let rows = min(shape.output[0], max(1, 512 / shape.output[1]))
    let patch = shape.patch(rows: rows, columns: shape.output[1])
    let scratch = lines([2 * shape.inputs * shape.taps, shape.inputs * patch.rows * patch.columns])
    lowering.launch(
      "convolution_first", buffers, scratch: 4 * scratch,
      [shape.inputs, blocks(shape.outputs)] + shape.arguments + [rows] + tail,
      work: .items(shape.samples * ((shape.output[0] + rows - 1) / rows)))
  }

  private func launchLast(_ lowering: Lowering) {
    let rows = min(shape.output[0], max(1, 256 / shape.output[1]))
    let patch = shape.patch(rows: rows, columns: shape.output[1])
    let inBlocks = blocks(shape.inputs)
    let scratch = lines([2 * inBlocks * shape.taps, inBlocks * patch.rows * patch.columns * 16])
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

  /// The candidates whose scratch every runtime offers, or else the least.
  private func fitting(_ candidates: [Int], least: Int, _ scratch: (Int) -> Int) -> [Int] {
    let fitting = candidates.filter { scratch($0) <= Lowering.scratchLimit }
    return fitting.isEmpty ? [least] : fitting
  }

  private func blocks(_ channels: Int) -> Int { (channels + Layout.lanes - 1) / Layout.lanes }

  /// Words of scratch whose parts each start on a line of 16.
  private func lines(_ parts: [Int]) -> Int { parts.reduce(0) { $0 + ($1 + 15) / 16 * 16 } }
}

extension Lowering {
  /// Bytes of scratch that every runtime for processors has been seen to offer.
  static let scratchLimit = 1 << 20

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
      case .winograd:
        (
          outBlocks * inBlocks * 256 * (shape.filteringSide + 2) * (shape.filteringSide + 2),
          outBlocks * inBlocks * 16, [o, c, swap, shape.filteringSide]
        )
      case .stridedWinograd: (outBlocks * inBlocks * 256 * 36, outBlocks * inBlocks * 16, [o, c, swap])
      case .tiles:
        (
          shape.groups * outBlocks * ((inBlocks + 1) / 2) * taps * 256 * shape.bfloatParts,
          shape.groups * outBlocks * ((inBlocks + 1) / 2) * taps,
          [o, c, shape.groups, taps, swap, shape.bfloatParts]
        )
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
