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
  /// Whether a launch need not be cut for several threads.
  private var isSingle: Bool { shape.options.contains(.singleThread) }
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
    let side = shape.filteringSide
    // Multiples of the height of a register tile: of 6, or 12 where few blocks of outputs leave room.
    launchFiltering(
      .winograd, lowering, side: side, variant: side, tiles: [24, 18, 12, 36, 48], shape.winogradScratch)
  }

  private func launchStridedWinograd(_ lowering: Lowering) {
    let expands = shape.inputDilation == [2, 2]
    launchFiltering(
      .stridedWinograd, lowering, side: expands ? 8 : 4, variant: expands ? 1 : 0, tiles: [12, 18, 24],
      shape.stridedScratch)
  }

  /// Minimal filtering in tiles of `side` outputs each way.
  ///
  /// - Parameters:
  ///   - variant: What the kernel takes behind the padding.
  ///   - tiles: How many tiles a work-item may cover.
  ///   - scratch: The bytes that many tiles take.
  private func launchFiltering(
    _ kernel: CPUConvolutionKernel, _ lowering: Lowering, side: Int, variant: Int, tiles: [Int],
    _ scratch: (Int) -> Int
  ) {
    let outBlocks = blocks(shape.outputs)
    let count = lowering.tuned(shape.title(kernel), fitting(tiles, least: 6, lowering, scratch))
    let all =
      shape.samples * ((shape.output[0] + side - 1) / side) * ((shape.output[1] + side - 1) / side)
    // As `share_of` in `minimal_filtering.cl` cuts them.
    let unit = outBlocks % 4 == 0 ? 1 : 6
    let units = (all + unit - 1) / unit
    func most(_ shares: Int) -> Int { (unit * ((units + shares - 1) / shares) + 5) / 6 * 6 }
    let wanted = (all + count - 1) / count
    let shares = evenly(wanted, units) { scratch(most($0)) <= lowering.cachedScratch }
    let parts = shares >= 4 || isSingle ? 1 : min((outBlocks + 3) / 4, 4)
    lowering.launch(
      "convolution_" + kernel.rawValue, buffers, scratch: scratch(most(shares)),
      [shape.samples, blocks(shape.inputs), outBlocks] + shape.image + shape.output + shape.pad
        + [variant, shares, parts] + tail,
      work: .items(shares * parts))
  }

  private func launchDirect(_ lowering: Lowering) {
    let (inBlocks, outBlocks) = (blocks(shape.inputs / shape.groups), blocks(shape.outputs / shape.groups))
    func scratch(_ wanted: Int) -> Int { shape.directScratch(shape.directCut(wanted)) }
    let candidates = fitting([64, 32, 16, 128, 256], least: 1, lowering, scratch)
    let wanted = lowering.tuned(shape.title(.direct), candidates)
    let (rows, samples) = shape.directCut(wanted)
    let items =
      ((shape.samples + samples - 1) / samples) * ((shape.output[0] + rows - 1) / rows) * shape.groups
    let parts = items >= 4 || isSingle ? 1 : min((outBlocks + 3) / 4, 4)
    lowering.launch(
      "convolution_direct", buffers, scratch: scratch(wanted),
      [shape.samples, shape.groups, inBlocks, outBlocks] + shape.arguments + [samples, rows, parts] + tail,
      work: .items(items * parts))
  }

  private func launchTiles(_ lowering: Lowering) {
    let inBlocks = blocks(shape.inputs / shape.groups)
    let outPairs = (blocks(shape.outputs / shape.groups) + 1) / 2
    let splits = shape.bfloatParts
    let candidates = TileCut.candidates(shape, pixelBytes: shape.tilePixelBytes) {
      shape.tilesScratch($0) <= lowering.limits.scratch
    }
    let cut = lowering.tuned(shape.title(.tiles), candidates)
    let items =
      ((shape.samples + cut.samples - 1) / cut.samples) * ((shape.output[0] + cut.rows - 1) / cut.rows)
      * shape.groups
    let parts = items >= 4 || isSingle ? 1 : min(outPairs, 4)
    lowering.launch(
      "convolution_tiles", buffers, scratch: shape.tilesScratch(cut),
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
    let rows = rows(512 / shape.output[1], lowering, shape.firstScratch)
    lowering.launch(
      "convolution_first", buffers, scratch: shape.firstScratch(rows: rows),
      [shape.inputs, blocks(shape.outputs)] + shape.arguments + [rows] + tail,
      work: .items(shape.samples * ((shape.output[0] + rows - 1) / rows)))
  }

  private func launchLast(_ lowering: Lowering) {
    let rows = rows(256 / shape.output[1], lowering, shape.lastScratch)
    lowering.launch(
      "convolution_last", [x, weights, bias ?? x, residual ?? x, y], scratch: shape.lastScratch(rows: rows),
      [blocks(shape.inputs), shape.outputs] + shape.arguments + [rows, epilogue.flags],
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

  /// About so many shares of `units`, a multiple of four where there are enough, so that two or four threads get as
  /// much each.
  private func evenly(_ wanted: Int, _ units: Int, fits: (Int) -> Bool) -> Int {
    guard wanted >= 3, units >= 4, !isSingle else { return min(wanted, units) }
    // Six shares of 24 tiles are better four greater ones, which read the weights less often, than eight.
    if wanted < 7, fits(4) { return 4 }
    return min((wanted + 3) / 4 * 4, units)
  }

  /// The candidates whose scratch stays near a core and within the device's limit, or else the least.
  private func fitting(
    _ candidates: [Int], least: Int, _ lowering: Lowering, _ scratch: (Int) -> Int
  ) -> [Int] {
    let fitting = candidates.filter { scratch($0) <= lowering.cachedScratch }
    return fitting.isEmpty ? [least] : fitting
  }

  /// As many rows of outputs as are wanted, or those whose scratch the device has.
  private func rows(_ wanted: Int, _ lowering: Lowering, _ scratch: (Int) -> Int) -> Int {
    var rows = min(shape.output[0], max(1, wanted))
    while rows > 1, scratch(rows) > lowering.limits.scratch { rows = (rows + 1) / 2 }
    return rows
  }

  private func blocks(_ channels: Int) -> Int { shape.blocks(channels) }
}

extension Lowering {
  /// What the device offers.
  var limits: DeviceLimits { planner.limits }

  /// Whether the device computes these kernels rightly.
  func allow(_ kernels: String...) -> Bool { kernels.allSatisfy { limits.allow($0) } }

  /// Bytes of scratch beyond which a work-item gains nothing by covering more, within the device's limit: it would
  /// leave a core's second cache.
  var cachedScratch: Int { min(1 << 20, limits.scratch) }
}
