extension Convolution {
  /// One launch, or two where the samples are split into parts that are added in order.
  func lowerWeightCPU(_ lowering: inout Lowering) {
    let (x, g, w) = (lowering.type(0).shape, lowering.type(1).shape, lowering.types[0].shape)
    let result = lowering.result()
    guard w.count > 0 else { return }
    let groups = geometry.groups
    if let tiles = weightTiles(lowering) { return lowerTiles(&lowering, result, tiles) }
    if suitsFilteredWeights(x, g, w),
      lowering.allow("convolution_weights_winograd", "convolution_weights_blocks_sum"),
      let run = FilteredRun.fitting(lowering.limits.scratch)
    {
      return lowerFiltered(&lowering, result, run)
    }
    let (c, o, taps) = (x[1] / groups, g[1] / groups, w[2] * w[3])
    let shape = [x[2], x[3], g[2], g[3], w[2], w[3]] + geometry.stride + geometry.dilation
    let parts = max(1, min(x[0], WeightParts.count(samples: x[0])))
    let partial = parts == 1 ? result : lowering.temporary(parts * w.count * 4)
    let fillsBlocks = groups == 1 || (c % Layout.lanes == 0 && o % Layout.lanes == 0)
    if c > 8, o > 8, fillsBlocks, lowering.allow("convolution_weights") {
      let (inBlocks, outBlocks) = ((c + 15) / 16, (o + 15) / 16)
      let buffers = [
        lowering.buffer(0, .blocked(channels: x[1])), lowering.buffer(1, .blocked(channels: g[1])), partial,
      ]
      lowering.launch(
        "convolution_weights", buffers, [x[0], groups, c, o] + shape + geometry.low + [parts],
        work: .items(parts * groups * outBlocks * inBlocks * taps))
    } else if groups == 1, c <= 8, o > 8,
      lowering.limits.allow("convolution_weights_first", scratch: firstScratch(lowering, rows: 1))
    {
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

  /// How matrix tiles compute it, or nil where they cannot.
  private func weightTiles(_ lowering: Lowering) -> WeightTiles? {
    let (x, g, w) = (lowering.type(0).shape, lowering.type(1).shape, lowering.types[0].shape)
    guard lowering.planner.options.contains(.matrixTiles), geometry.groups == 1, x[1] > 8, g[1] > 8,
      x.count > 0,
      g.count > 0, lowering.allow("convolution_weights_tiles", "convolution_weights_blocks_sum")
    else { return nil }
    let limit = lowering.limits.scratch
    let tiles = WeightTiles(x: x, g: g, w: w, geometry, within: limit)
    return max(tiles.scratchBytes, 64 * w[2] * w[3]) <= limit ? tiles : nil
  }

  /// On matrix tiles: one launch over parts of the samples, and one that adds the parts in order.
  private func lowerTiles(_ lowering: inout Lowering, _ result: BufferID, _ tiles: WeightTiles) {
    let (x, g, w) = (lowering.type(0).shape, lowering.type(1).shape, lowering.types[0].shape)
    let (inBlocks, outBlocks, taps) = ((x[1] + 15) / 16, (g[1] + 15) / 16, w[2] * w[3])
    let partial = lowering.temporary(tiles.parts * outBlocks * inBlocks * taps * 1024)
    let shape = [x[2], x[3], g[2], g[3], w[2], w[3]] + geometry.stride + geometry.dilation + geometry.low
    lowering.launch(
      "convolution_weights_tiles",
      [lowering.buffer(0, .blocked(channels: x[1])), lowering.buffer(1, .blocked(channels: g[1])), partial],
      scratch: tiles.scratchBytes, [x[0], inBlocks, outBlocks] + shape + tiles.arguments,
      work: .items(tiles.items))
    lowering.launch(
      "convolution_weights_blocks_sum", [partial, result], scratch: 64 * taps,
      [g[1], x[1], taps, tiles.parts], work: .items(outBlocks * inBlocks))
  }

  /// Whether minimal filtering can compute it, and saves anything.
  private func suitsFilteredWeights(_ x: Shape, _ g: Shape, _ w: Shape) -> Bool {
    geometry.groups == 1 && geometry.stride == [1, 1] && geometry.dilation == [1, 1] && w[2] == 3 && w[3] == 3
      && x[1] >= 16 && g[1] >= 16 && g[2] >= 3 && g[3] >= 3
  }

  /// By minimal filtering: one launch over parts of the samples, and one that adds the parts in order.
  private func lowerFiltered(_ lowering: inout Lowering, _ result: BufferID, _ run: FilteredRun) {
    let (x, g) = (lowering.type(0).shape, lowering.type(1).shape)
    let (inBlocks, outBlocks) = ((x[1] + 15) / 16, (g[1] + 15) / 16)
    let pairs = ((inBlocks + run.blocks - 1) / run.blocks) * ((outBlocks + run.blocks - 1) / run.blocks)
    let parts = max(1, min(WeightParts.count(samples: x[0]), 32 / pairs))
    let partial = lowering.temporary(parts * outBlocks * inBlocks * 9 * 1024)
    lowering.because("3x3 of stride 1 with at least 16 channels: minimal filtering, 4 times fewer products")
    lowering.launch(
      "convolution_weights_winograd",
      [lowering.buffer(0, .blocked(channels: x[1])), lowering.buffer(1, .blocked(channels: g[1])), partial],
      scratch: run.scratchBytes,
      [x[0], inBlocks, outBlocks, x[2], x[3], g[2], g[3]] + geometry.low + [run.tiles, parts, run.blocks],
      work: .items(parts * pairs))
    lowering.launch(
      "convolution_weights_blocks_sum", [partial, result], scratch: 64 * 9, [g[1], x[1], 9, parts],
      work: .items(outBlocks * inBlocks))
  }

  private func lowerFirst(
    _ lowering: inout Lowering, _ partial: BufferID, _ x: Shape, _ g: Shape, _ shape: [Int], _ parts: Int
  ) {
    let w = lowering.types[0].shape
    let taps = w[2] * w[3]
    var rows = min(g[2], max(1, 64 / g[3]))
    while rows > 1, firstScratch(lowering, rows: rows) > lowering.limits.scratch { rows = (rows + 1) / 2 }
    let buffers = [lowering.buffer(0), lowering.buffer(1, .blocked(channels: g[1])), partial]
    lowering.launch(
      "convolution_weights_first", buffers, scratch: firstScratch(lowering, rows: rows),
      [x[0], x[1], g[1]] + shape + geometry.low + [rows, parts],
      work: .items(parts * ((g[1] + 15) / 16) * ((x[1] * taps + 8) / 9)))
  }
}

extension Convolution {
  /// Bytes of scratch of a work-item of `convolution_weights_first`.
  fileprivate func firstScratch(_ lowering: Lowering, rows: Int) -> Int {
    let (x, g, w) = (lowering.type(0).shape, lowering.type(1).shape, lowering.types[0].shape)
    return 4 * x[1] * patchExtent(0, rows, kernel: w[2]) * patchExtent(1, g[3], kernel: w[3])
  }

  /// Extent of the input that `count` neighbouring outputs read along an axis, as the kernels compute it.
  fileprivate func patchExtent(_ axis: Int, _ count: Int, kernel: Int) -> Int {
    kernel == 1 ? count : (count - 1) * geometry.stride[axis] + (kernel - 1) * geometry.dilation[axis] + 2
  }
}

/// What a work-item of `convolution_weights_winograd` adds before it stores: so many tiles at a time, of so many blocks of
/// inputs and as many of outputs.
private struct FilteredRun {
  let blocks, tiles: Int

  var scratchBytes: Int {
    4 * (36 * 256 * blocks * blocks + 2 * 36 * (16 * blocks * tiles + 16))
  }

  /// The largest that a device has scratch for, or nil where even the least is too much.
  static func fitting(_ limit: Int) -> FilteredRun? {
    [(4, 24), (4, 12), (2, 24), (2, 12), (1, 24), (1, 6)].lazy.map { FilteredRun(blocks: $0.0, tiles: $0.1) }
      .first { $0.scratchBytes <= limit }
  }
}

/// How the sum over samples is split: by their number alone, never by the number of cores.
private enum WeightParts {
  static func count(samples: Int) -> Int { min(8, max(1, samples / 8)) }
}
