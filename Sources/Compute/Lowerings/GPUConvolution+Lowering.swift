// Convolutions of the GPU family: dense images, one item or tile an output, the kernel chosen by the layer alone.

/// The convolution kernels of the GPU family.
enum GPUConvolutionKernel: String {
  case gemm, winograd, depthwise
  /// On tensor cores, with factors rounded, or split into two parts.
  case tensorRounded = "tf32"
  case tensorSplit = "tf32x3"

  var usesTensorCores: Bool { self == .tensorRounded || self == .tensorSplit }
}

extension GatherConvolution {
  /// The kernel of the GPU family for this layer; the choice never depends on the number of samples.
  func gpuKernel(_ options: PlanOptions) -> GPUConvolutionKernel {
    if isThin { return .depthwise }
    if let suffix = options.tensorCoreSuffix(tensorCoreLayer) {
      return GPUConvolutionKernel(rawValue: suffix) ?? .gemm
    }
    return suitsMinimalFiltering && options.contains(.fastConvolution) ? .winograd : .gemm
  }

  private var perInput: Int { inputs / groups }
  private var perOutput: Int { outputs / groups }
  private var isThin: Bool { groups > 1 && perInput * taps <= 64 && perOutput < 16 }

  private var suitsMinimalFiltering: Bool {
    let isUnit = stride == [1, 1] && dilation == [1, 1] && inputDilation == [1, 1]
    return kernel == [3, 3] && isUnit && perInput >= 16 && perOutput >= 16 && !preservesTies
      && output[0] >= 2 && output[1] >= 2
  }

  /// What to compare tensor cores by; nil for layers too thin to fill their tiles.
  var tensorCoreLayer: TensorCoreLayer? {
    guard !isThin, perOutput >= 16, perInput * taps >= 16 else { return nil }
    if inputDilation != [1, 1] { return .spread }
    if suitsMinimalFiltering { return perInput < 64 ? .shallowFilter : .deepFilter }
    if taps == 1 { return .pointwise }
    return perInput * taps < 128 ? .stem : .general
  }
}

extension Convolution {
  /// One launch for the images; Winograd's weights are transformed once where they stay the same.
  func lowerImagesGPU(_ lowering: inout Lowering, _ epilogue: Epilogue) {
    let shape = GatherConvolution(
      self, input: lowering.type(0).shape, weight: lowering.type(1).shape, result: lowering.types[0].shape)
    guard lowering.types[0].shape.count > 0 else { return lowering.fillEmpty() }
    var call = GPUConvolutionCall(
      shape: shape, kernel: shape.gpuKernel(lowering.planner.options), epilogue: epilogue)
    call.x = lowering.buffer(0)
    call.weights = lowering.weightsGPU(shape, call.kernel)
    call.bias = epilogue.bias.map { lowering.buffer($0) }
    call.residual = epilogue.residual.map { lowering.buffer($0) }
    if let mask = epilogue.mask {
      call.maskIn = lowering.bits(mask, .dense)
      call.maskBatch = max(1, lowering.type(mask).shape[0])
    }
    call.y = lowering.result(0)
    if epilogue.savesMask { call.maskOut = lowering.result(1, .dense, as: .bit) }
    call.launch(lowering)
  }
}

/// The arguments of one convolution launch of the GPU family.
struct GPUConvolutionCall {
  let shape: GatherConvolution
  let kernel: GPUConvolutionKernel
  let epilogue: Epilogue
  var x: BufferID = 0
  var weights: BufferID = 0
  var y: BufferID = 0
  var bias, residual, maskIn, maskOut: BufferID?
  var maskBatch = 1

  init(shape: GatherConvolution, kernel: GPUConvolutionKernel, epilogue: Epilogue) {
    self.shape = shape
    self.kernel = kernel
    self.epilogue = epilogue
  }

  /// All pointers; those that no flag asks for repeat the input or the result.
  private var buffers: [BufferID] { [x, weights, bias ?? x, residual ?? x, maskIn ?? x, y, maskOut ?? y] }
  private var inputs: Int { shape.inputs / shape.groups }
  private var outputs: Int { shape.outputs / shape.groups }
  private var adjoint: Int { shape.swapsWeight ? 1 : 0 }

  /// Whether the kernel's tiles end at bytes of the mask, so that it can write the mask itself.
  private var writesMask: Bool {
    switch kernel {
    case .depthwise: true
    case .winograd: shape.output[1] % 8 == 0
    case .gemm, .tensorRounded, .tensorSplit:
      shape.output[0] * shape.output[1] % 8 == 0 && shape.inputDilation == [1, 1]
    }
  }

  func launch(_ lowering: Lowering) {
    let packsMask = epilogue.savesMask && !writesMask
    let tail = [maskBatch, epilogue.flags(writingMask: !packsMask)]
    let counts = [shape.samples, shape.groups, inputs, outputs]
    let name = "convolution_" + kernel.rawValue
    switch kernel {
    case .winograd:
      lowering.launch(
        name, buffers, counts + shape.image + shape.output + shape.pad + tail, work: winogradWork)
    case .gemm, .depthwise, .tensorRounded, .tensorSplit:
      let work = kernel == .depthwise ? Plan.Work.chunks(of: count, cpu: 1, in: .gpu) : gemmWork
      lowering.launch(name, buffers, counts + shape.arguments + [adjoint] + tail, work: work)
    }
    if packsMask, let maskOut { lowering.packMask(y, into: maskOut, count: count) }
  }

  private var count: Int { shape.samples * shape.outputs * shape.output[0] * shape.output[1] }

  /// A tile of pixels of all samples by a tile of output channels, for each group and each phase of the pixels.
  private var gemmWork: Plan.Work {
    let rows = (shape.output[0] + shape.inputDilation[0] - 1) / shape.inputDilation[0]
    let columns = (shape.output[1] + shape.inputDilation[1] - 1) / shape.inputDilation[1]
    let depth = shape.groups * shape.inputDilation[0] * shape.inputDilation[1]
    let pixels = shape.samples * rows * columns
    guard kernel.usesTensorCores else { return .tiles(columns: pixels, rows: outputs, depth: depth) }
    return .tiles(
      columns: pixels, by: TensorCoreTile.rows, rows: outputs, by: TensorCoreTile.columns, depth: depth)
  }

  private var winogradWork: Plan.Work {
    let tiles = shape.samples * ((shape.output[0] + 1) / 2) * ((shape.output[1] + 1) / 2)
    return .groups(global: [(tiles + 31) / 32 * 256, (outputs + 31) / 32, shape.groups], local: [256, 1, 1])
  }
}

extension Lowering {
  /// Input 1 as the kernel reads it; transformed once for each set of weights where they stay the same.
  fileprivate func weightsGPU(_ shape: GatherConvolution, _ kernel: GPUConvolutionKernel) -> BufferID {
    let weight = buffer(1)
    guard kernel == .winograd else { return weight }
    let (inputs, outputs) = (shape.inputs / shape.groups, shape.outputs / shape.groups)
    let pairs = shape.groups * inputs * ((outputs + 31) / 32 * 32)
    return packed(
      by: "winograd_weights", weight, [shape.groups, inputs, outputs, shape.swapsWeight ? 1 : 0],
      floats: 16 * pairs, work: .chunks(of: pairs, cpu: 1, in: .gpu))
  }
}

extension Plan.Work {
  /// The side of the tiles that product kernels of the GPU family compute with 16 by 16 items.
  static let tile = 64

  /// Work-groups of 16 by 16 items for tiles of a product with so many columns and rows.
  static func tiles(columns: Int, rows: Int, depth: Int, side: Int = tile) -> Plan.Work {
    tiles(columns: columns, by: side, rows: rows, by: side, depth: depth)
  }

  /// The same for tiles that are not square.
  static func tiles(columns: Int, by width: Int, rows: Int, by height: Int, depth: Int) -> Plan.Work {
    .groups(
      global: [(columns + width - 1) / width * 16, (rows + height - 1) / height * 16, depth],
      local: [16, 16, 1])
  }
}

// MARK: - The adjoint for weights

extension Convolution {
  /// One launch, or two where the pixels are split into segments that are added in order.
  func lowerWeightGPU(_ lowering: inout Lowering) {
    let (x, g, w) = (lowering.type(0).shape, lowering.type(1).shape, lowering.types[0].shape)
    let result = lowering.result()
    guard w.count > 0 else { return }
    let groups = geometry.groups
    let (inputs, outputs) = (x[1] / groups, g[1] / groups)
    let segment = WeightSegments.pixels(of: g[0] * g[2] * g[3])
    let segments = max(1, (g[0] * g[2] * g[3] + segment - 1) / segment)
    let partials = segments == 1 ? result : lowering.temporary(segments * w.count * 4)
    let extents = [x[2], x[3], g[2], g[3], w[2], w[3]]
    let moves = geometry.stride + geometry.dilation + [1, 1] + geometry.low
    lowering.launch(
      "convolution_weights", [lowering.buffer(0), lowering.buffer(1), partials],
      [x[0], groups, inputs, outputs] + extents + moves + [segment],
      work: .tiles(columns: inputs * w[2] * w[3], rows: outputs, depth: groups * segments))
    guard segments > 1 else { return }
    lowering.launch(
      "add_partials", [partials, result], [w.count, segments], work: .chunks(of: w.count, cpu: 1, in: .gpu))
  }
}

/// How the sum over pixels is split: by their number alone.
private enum WeightSegments {
  static func pixels(of count: Int) -> Int { max(1024, (count / 64 + 15) / 16 * 16) }
}
