/// How the sums of a convolution's weight gradient are split for the kernel on matrix tiles: by the shapes alone, never
/// by the number of cores.
struct WeightTiles {
  /// Pairs of samples side by side, so that every 16 pixels lie in one row of outputs.
  let lanes: Int
  /// Ranges of samples that are summed apart, of output blocks, and of input blocks.
  let parts, outRanges, inRanges: Int
  /// Runs of 2 · `lanes` samples, and rows of outputs, that are split into bfloat16 parts at a time.
  private(set) var units, rows: Int
  private let inputs, outputs: Int
  private let g: Shape
  private let kernel: [Int]
  private let geometry: ConvolutionGeometry

  /// Bytes of split values that stay in a core's second cache.
  private static let cacheBytes = 1 << 20
  /// Bytes of tiles that wait to be added.
  private static let waitingBytes = 8192
  /// Floats of all parts' sums, which are read once more to be added.
  private static let partialFloats = 1_500_000
  /// Work-items below which cores of larger machines would have nothing to do.
  private static let items = 16
  /// Blocks of a range, below which values are split too often.
  private static let rangeBlocks = 4

  /// - Parameters:
  ///   - x: The images, `[N, C, H, W]`.
  ///   - g: The gradients, `[N, O, OH, OW]`.
  ///   - w: The weights, `[O, C, KH, KW]`.
  ///   - limit: Bytes of scratch that the device has; see ``scratchBytes``.
  init(x: Shape, g: Shape, w: Shape, _ geometry: ConvolutionGeometry, within limit: Int) {
    let cacheBytes = min(WeightTiles.cacheBytes, limit - WeightTiles.waitingBytes)
    self.g = g
    self.geometry = geometry
    kernel = Array(w.extents[2...])
    lanes = Layout.lanes / greatestCommonDivisor(Layout.lanes, g[3])
    var parts = min(16, max(1, x[0] / 8))
    while parts > 2, parts * w.count > WeightTiles.partialFloats { parts /= 2 }
    self.parts = parts
    func blocks(_ channels: Int) -> Int { (channels + Layout.lanes - 1) / Layout.lanes }
    func ranges(_ blocks: Int, _ wanted: Int) -> Int {
      min(wanted, (blocks + WeightTiles.rangeBlocks - 1) / WeightTiles.rangeBlocks)
    }
    let wanted = (WeightTiles.items + parts - 1) / parts
    inRanges = ranges(blocks(w[1]), wanted)
    outRanges = ranges(blocks(w[0]), (wanted + inRanges - 1) / inRanges)
    inputs = (blocks(w[1]) + inRanges - 1) / inRanges
    outputs = (blocks(w[0]) + outRanges - 1) / outRanges
    (units, rows) = (1, g[2])
    while rows > 1, splitBytes > cacheBytes { rows = (rows + 1) / 2 }
    let all = ((x[0] + parts - 1) / parts + 2 * lanes - 1) / (2 * lanes)
    let fitting = max(1, cacheBytes / splitBytes)
    let turns = (all + fitting - 1) / fitting
    units = (all + turns - 1) / turns
  }

  /// The values that the kernel splits at a time, g and the patch of x.
  private var splitBytes: Int {
    let chunks = units * rows * g[3] * lanes / Layout.lanes
    let patch = positions(0, rows) * positions(1, g[3])
    return outputs * chunks * 2048 + units * inputs * 2 * patch * lanes * 64
  }

  /// Positions of the patch along an axis for so many outputs, in whole phases.
  private func positions(_ axis: Int, _ count: Int) -> Int {
    let stride = kernel[axis] == 1 ? 1 : geometry.stride[axis]
    let last = (count - 1) * stride + (kernel[axis] - 1) * geometry.dilation[axis]
    return (last / stride + 1) * stride
  }

  /// What a thread needs: the split values, and tiles that wait to be added.
  ///
  /// Where that is more than the limit, less is not possible.
  var scratchBytes: Int { WeightTiles.waitingBytes + splitBytes }
  /// The number of work-items.
  var items: Int { parts * outRanges * inRanges }
  /// The kernel's last arguments.
  var arguments: [Int] { [parts, outRanges, inRanges, lanes, units, rows] }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestCommonDivisor(b, a % b) }
