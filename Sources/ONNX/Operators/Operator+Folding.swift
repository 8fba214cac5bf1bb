import Compute

extension Operator {
  /// Blocks of columns added up to images.
  static let folding: [String: Operator] = [
    "Col2Im": Operator { call in
      let columns = try call.floating(0)
      let (image, block) = (try call.knownIntegers(1), try call.knownIntegers(2))
      let taps = block.reduce(1) { min(1 << 20, $0 * max(1, $1)) }
      guard columns.rank == 3, image.count == block.count, (1...3).contains(image.count),
        (image + block).allSatisfy({ $0 >= 1 }), taps <= 4096, columns.shape[1] % taps == 0
      else {
        throw ImportError(
          "columns \(columns.shape) do not make an image \(image) of blocks \(block), of up to 4096 elements each"
        )
      }
      _ = try call.shape(image)
      let spread = try call.spread(image: image, block: block)
      let counts = image.indices.map { axis in
        (spread.full[axis] - spread.window.reach(axis)) / spread.window.stride[axis] + 1
      }
      guard try call.shape(counts).count == columns.shape[2] else {
        throw ImportError(
          "\(columns.shape[2]) columns are given, but \(counts) blocks fit the image \(image)")
      }
      let channels = columns.shape[1] / taps
      _ = try call.shape([columns.shape[0], channels] + image)
      // Every element of a block is a channel of its own, which a transposed convolution puts into its place.
      let places = call.scope.iota([taps], axis: 0).oneHot(taps).reshaped(Shape([taps, 1] + block))
      let repeated = places.expandingAxis(at: 0).broadcast(to: Shape([channels, taps, 1] + block))
        .reshaped(Shape([channels * taps, 1] + block))
      let split = columns.reshaped(Shape([columns.shape[0], columns.shape[1]] + counts))
      return try call.result(split.spread(by: repeated, spread, groups: channels))
    }
  ]
}

extension NodeCall {
  /// How blocks spread over an image.
  fileprivate func spread(image: [Int], block: [Int]) throws -> SpatialSpread {
    var window = try unpaddedWindow(kernel: block)
    (window.low, window.high) = try padding(rank: block.count)
    guard (window.low + window.high).allSatisfy({ $0 >= 0 }) else {
      throw ImportError("attribute 'pads' should not be negative")
    }
    let padded = image.indices.map { image[$0] + window.low[$0] + window.high[$0] }
    guard image.indices.allSatisfy({ padded[$0] >= window.reach($0) }) else {
      throw ImportError("blocks of \(block) do not fit the image \(image)")
    }
    let full = image.indices.map { axis in
      (padded[axis] - window.reach(axis)) / window.stride[axis] * window.stride[axis] + window.reach(axis)
    }
    return SpatialSpread(window: window, full: full, output: image)
  }
}
