/// What one work-item of `convolution_tiles` covers; no choice changes a bit of the result.
struct TileCut: CustomStringConvertible {
  /// Samples, and rows of the output.
  let samples, rows: Int
  /// Whether a tile's 16 rows are the same pixel of 16 samples instead of 16 pixels of one.
  let isInterleaved: Bool

  /// Bytes of split input that stay in the second cache beside the weights.
  private static let patchBytes = 1280 << 10

  var description: String { "\(rows) rows of \(samples)\(isInterleaved ? " interleaved" : "")" }

  /// - Parameters:
  ///   - pixelBytes: The split input of one pixel, all channels.
  ///   - patchBytes: How much of it there may be.
  ///   - interleaves: Whether 16 samples may share a tile.
  ///   - most: The most samples apart from that.
  private init(
    _ shape: GatherConvolution, pixelBytes: Int, patchBytes: Int, interleaves: Bool = true, most: Int = .max
  ) {
    let period = zip(shape.stride, shape.inputDilation).map { $1 / greatestCommonDivisor($0, $1) }
    // Rows of the output whose width is no multiple of 16 would end within a tile.
    isInterleaved =
      interleaves && shape.output[1] / period[1] % Layout.lanes != 0 && shape.samples >= Layout.lanes
    let small = min(most, max(1, 4 * Layout.lanes / max(1, shape.output[0] * shape.output[1])))
    let samples = isInterleaved ? Layout.lanes : small
    var rows = shape.output[0]
    func bytes(_ rows: Int) -> Int {
      let patch = shape.patch(rows: rows, columns: shape.output[1])
      return patch.rows * patch.columns * pixelBytes
    }
    while rows > period[0], bytes(rows) * samples > patchBytes {
      rows = (rows / 2 + period[0] - 1) / period[0] * period[0]
    }
    self.rows = rows
    self.samples = rows < shape.output[0] && !isInterleaved ? 1 : samples
  }

  /// The cut that suits most layers, then others, down to small ones: those that fit, or else the least.
  static func candidates(
    _ shape: GatherConvolution, pixelBytes: Int, fits: (TileCut) -> Bool
  ) -> [TileCut] {
    for interleaves in [true, false] {
      let fitting = [patchBytes, patchBytes / 2, patchBytes / 4, patchBytes / 16].map {
        TileCut(shape, pixelBytes: pixelBytes, patchBytes: $0, interleaves: interleaves)
      }.filter(fits)
      if !fitting.isEmpty { return fitting }
    }
    return [least(shape, pixelBytes: pixelBytes)]
  }

  /// The least that a work-item can cover, whatever the number of samples.
  static func least(_ shape: GatherConvolution, pixelBytes: Int) -> TileCut {
    TileCut(shape, pixelBytes: pixelBytes, patchBytes: 0, interleaves: false, most: 1)
  }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestCommonDivisor(b, a % b) }
