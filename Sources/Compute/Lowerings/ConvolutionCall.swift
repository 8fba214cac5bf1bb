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
    let (inBlocks, side) = (blocks(shape.inputs), shape.filteringSide)
    let frequencies = (side + 2) * (side + 2)
    // Multiples of the height of a register tile: of 6, or 12 where few blocks of outputs leave room.
    launchFiltering(.winograd, lowering, side: side, variant: side, tiles: [24, 18, 12, 36, 48]) { tiles in
      4 * lines([frequencies * (tiles * inBlocks * 16 + 16 + tiles * 64) + 2 * inBlocks])
    }
  }

  private func launchStridedWinograd(_ lowering: Lowering) {
    let inBlocks = blocks(shape.inputs)
    let expands = shape.inputDilation == [2, 2]
    launchFiltering(
      .stridedWinograd, lowering, side: expands ? 8 : 4, variant: expands ? 1 : 0, tiles: [12, 18, 24]
    ) { tiles in 4 * lines([81 * tiles * (inBlocks * 16 + 64) + 36 * 16 + 2 * inBlocks]) }
  }

  /// Minimal filtering in tiles of `side` outputs each way.
  ///
  /// - Parameters:
  ///   - variant: What the kernel takes behind the padding.
  ///   - tiles: How many tiles a work-item may cover.
  ///   - scratch: The bytes that many tiles take.
  private func launchFiltering(
    _ kernel: CPUConvolutionKernel, _ lowering: Lowering, side: Int, variant: Int, tiles: [Int],
    scratch: (Int) -> Int
  ) {
    let outBlocks = blocks(shape.outputs)
    let count = lowering.tuned(shape.title(kernel), fitting(tiles, least: 6, scratch))
    let all =
      shape.samples * ((shape.output[0] + side - 1) / side) * ((shape.output[1] + side - 1) / side)
    // As `share_of` in `minimal_filtering.cl` cuts them.
    let unit = outBlocks % 4 == 0 ? 1 : 6
    let units = (all + unit - 1) / unit
    func most(_ shares: Int) -> Int { (unit * ((units + shares - 1) / shares) + 5) / 6 * 6 }
    let wanted = (all + count - 1) / count
    let shares = evenly(wanted, units) { scratch(most($0)) <= Lowering.scratchLimit }
    let parts = shares >= 4 || isSingle ? 1 : min((outBlocks + 3) / 4, 4)
    lowering.launch(
      "convolution_" + kernel.rawValue, buffers, scratch: scratch(most(shares)),
      [shape.samples, blocks(shape.inputs), outBlocks] + shape.image + shape.output + shape.pad
        + [variant, shares, parts] + tail,
      work: .items(shares * parts))
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
    let parts = items >= 4 || isSingle ? 1 : min((outBlocks + 3) / 4, 4)
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
    let parts = items >= 4 || isSingle ? 1 : min(outPairs, 4)
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

  /// About so many shares of `units`, a multiple of four where there are enough, so that two or four threads get as
  /// much each.
  private func evenly(_ wanted: Int, _ units: Int, fits: (Int) -> Bool) -> Int {
    guard wanted >= 3, units >= 4, !isSingle else { return min(wanted, units) }
    // Six shares of 24 tiles are better four greater ones, which read the weights less often, than eight.
    if wanted < 7, fits(4) { return 4 }
    return min((wanted + 3) / 4 * 4, units)
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
