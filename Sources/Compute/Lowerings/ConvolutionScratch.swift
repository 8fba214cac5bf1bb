/// How many bytes of scratch a work-item of each convolution kernel of the CPU family takes, and which kernel to take
/// where a device has less.
extension GatherConvolution {
  /// The kernel for this layer on a device with such limits: the one that suits it, or the next best within them.
  ///
  /// The choice never depends on the number of samples.
  func cpuKernel(within limits: DeviceLimits) -> CPUConvolutionKernel {
    let best = cpuKernel
    let kernels = [best] + best.stands(in: self)
    return kernels.first { limits.allow($0.launchName, scratch: leastScratch($0)) } ?? .plain
  }

  /// Bytes of scratch for the least that a work-item of `kernel` can cover.
  func leastScratch(_ kernel: CPUConvolutionKernel) -> Int {
    switch kernel {
    case .winograd: winogradScratch(tiles: 6)
    case .stridedWinograd: stridedScratch(tiles: 6)
    case .direct: directScratch(directCut(1))
    case .tiles: tilesScratch(TileCut.least(self, pixelBytes: tilePixelBytes))
    case .first: firstScratch(rows: 1)
    case .last: lastScratch(rows: 1)
    case .depthwise, .plain: 0
    }
  }

  func winogradScratch(tiles: Int) -> Int {
    let (inBlocks, extent) = (blocks(inputs), filteringSide + 2)
    return 4 * lines([extent * extent * (tiles * inBlocks * 16 + 16 + tiles * 64) + 2 * inBlocks])
  }

  func stridedScratch(tiles: Int) -> Int {
    let inBlocks = blocks(inputs)
    return 4 * lines([81 * tiles * (inBlocks * 16 + 64) + 36 * 16 + 2 * inBlocks])
  }

  /// The rows and samples that hold about `wanted` outputs of one phase.
  func directCut(_ wanted: Int) -> (rows: Int, samples: Int) {
    let wanted = wanted * inputDilation[0] * inputDilation[1]
    let rows = min(output[0], max(1, wanted / max(1, output[1])))
    return (rows, rows < output[0] ? 1 : max(1, wanted / max(1, rows * output[1])))
  }

  func directScratch(_ cut: (rows: Int, samples: Int)) -> Int {
    let inBlocks = blocks(inputs / groups)
    let points = cut.samples * cut.rows * output[1]
    let patch = patch(rows: cut.rows, columns: output[1])
    return 4
      * lines([
        2 * inBlocks * taps, points + 12, (points + 12) * 64,
        cut.samples * inBlocks * patch.rows * patch.columns * 16,
      ])
  }

  /// Bytes of the split input of one pixel, all channels of a group.
  var tilePixelBytes: Int { (blocks(inputs / groups) + 1) / 2 * 64 * bfloatParts }

  func tilesScratch(_ cut: TileCut) -> Int {
    let inPairs = (blocks(inputs / groups) + 1) / 2
    let points = cut.samples * cut.rows * output[1]
    let patch = patch(rows: cut.rows, columns: output[1])
    let steps = inPairs * taps
    return 4
      * lines([
        2 * steps, points + 32, points + 32, points + 32, 2048, steps * 512 * bfloatParts,
        cut.samples * inPairs * patch.rows * patch.columns * 16 * bfloatParts + 1024,
      ])
  }

  func firstScratch(rows: Int) -> Int {
    let patch = patch(rows: rows, columns: output[1])
    return 4 * lines([2 * inputs * taps, inputs * patch.rows * patch.columns])
  }

  func lastScratch(rows: Int) -> Int {
    let (inBlocks, patch) = (blocks(inputs), patch(rows: rows, columns: output[1]))
    return 4 * lines([2 * inBlocks * taps, inBlocks * patch.rows * patch.columns * 16])
  }

  func blocks(_ channels: Int) -> Int { (channels + Layout.lanes - 1) / Layout.lanes }

  /// Words of scratch whose parts each start on a line of 16.
  private func lines(_ parts: [Int]) -> Int { parts.reduce(0) { $0 + ($1 + 15) / 16 * 16 } }
}

extension CPUConvolutionKernel {
  /// What computes a layer in place of this kernel, which suits it, the fastest first.
  fileprivate func stands(in shape: GatherConvolution) -> [CPUConvolutionKernel] {
    switch self {
    case .tiles:
      (shape.suitsFiltering.ofStride1 ? [.winograd] : shape.suitsFiltering.ofPhases ? [.stridedWinograd] : [])
        + [.direct]
    case .winograd, .stridedWinograd, .first, .last: [.direct]
    case .direct, .depthwise, .plain: []
    }
  }
}
