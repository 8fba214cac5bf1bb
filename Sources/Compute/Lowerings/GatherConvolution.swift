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

  /// Whether minimal filtering, of stride 1 and of phases, can compute it, and saves anything.
  var suitsFiltering: (ofStride1: Bool, ofPhases: Bool) { (suitsMinimalFiltering, suitsStridedFiltering) }

  private var isWide3x3: Bool {
    groups == 1 && inputs >= 16 && outputs >= 16 && kernel == [3, 3] && dilation == [1, 1] && !preservesTies
  }
}
