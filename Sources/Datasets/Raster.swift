/// The samples of an image, plane by plane.
struct Raster: Hashable {
  /// 1 gray, or 3 in the order red, green, blue.
  let channels: Int
  /// Pixels from top to bottom.
  let height: Int
  /// Pixels from left to right.
  let width: Int
  /// The largest sample: 255 or 65,535.
  let largest: UInt16
  /// `[C, H, W]`, each in 0...largest.
  let samples: [UInt16]

  /// The samples in 0...1, each rounded once.
  var values: [Float] {
    let largest = Float(largest)
    return samples.map { Float($0) / largest }
  }

  /// One sample for all three colours.
  var asColors: Raster {
    guard channels == 1 else { return self }
    return Raster(
      channels: 3, height: height, width: width, largest: largest, samples: samples + samples + samples)
  }
}
