/// How images of differing sizes come to one size: as torchvision's `Resize` and `CenterCrop` on Pillow's images.
///
/// Resizing makes the shorter side as long as is asked for and keeps the ratio, the longer side being cut to whole
/// pixels. A new pixel is the mean of the old ones weighted by a triangle around its centre, which is as wide as
/// two of the larger pixels, old or new: bilinear with antialiasing. Rows are resampled first, then columns, and each pass is
/// rounded to whole samples; for 8 bits the weights are multiples of 2⁻²², so that the result has the very bytes
/// that Pillow's has. Cropping keeps the middle; where a margin is odd, the smaller half is above and to the
/// left if that is even.
public struct ImageResizing: Hashable, Sendable {
  /// The length that the shorter side gets; nil for images as they are.
  public let shorterSide: Int?
  /// The side of the square in the middle that is kept; nil for everything.
  public let crop: Int?

  /// The longest side that can be asked for.
  public static let longest = 1 << 13

  /// Makes a rule.
  ///
  /// - Returns: nil unless the numbers are in 1...``longest`` and the square lies within what is resized.
  public init?(shorterSide: Int?, crop: Int?) {
    for side in [shorterSide, crop] {
      if let side, !(1...ImageResizing.longest).contains(side) { return nil }
    }
    if let shorterSide, let crop, crop > shorterSide { return nil }
    self.shorterSide = shorterSide
    self.crop = crop
  }

  /// The size of an image after resizing, before it is cropped.
  func size(height: Int, width: Int) -> (height: Int, width: Int) {
    guard let side = shorterSide else { return (height, width) }
    return height < width ? (side, side * width / height) : (side * height / width, side)
  }

  /// What is wrong with an image of this size; nil if it can be resized.
  func problem(height: Int, width: Int) -> String? {
    let new = size(height: height, width: width)
    if max(new.height, new.width) > 1 << 14 {
      return
        "would have \(new.width) x \(new.height) pixels after --resize; at most \(1 << 14) a side are made"
    }
    if let crop, min(new.height, new.width) < crop {
      return "has \(new.width) x \(new.height) pixels, fewer than --crop \(crop) keeps; resize images first "
        + "(--resize)"
    }
    return nil
  }

  /// The image resized and cropped.
  ///
  /// - Precondition: There is no ``problem(height:width:)``.
  func applied(to image: Raster) -> Raster {
    let new = size(height: image.height, width: image.width)
    let resized = image.resized(height: new.height, width: new.width)
    return crop.map(resized.cropped) ?? resized
  }
}

extension Raster {
  /// The image in another size.
  func resized(height: Int, width: Int) -> Raster {
    var image = self
    if width != self.width { image = image.resampled(Resampling(from: self.width, to: width, largest)) }
    guard height != self.height else { return image }
    return image.transposed.resampled(Resampling(from: self.height, to: height, largest)).transposed
  }

  /// The square in the middle.
  func cropped(to side: Int) -> Raster {
    // Halves are rounded to even, as Python does.
    let top = Int((Double(height - side) / 2).rounded(.toNearestOrEven))
    let left = Int((Double(width - side) / 2).rounded(.toNearestOrEven))
    var kept: [UInt16] = []
    kept.reserveCapacity(channels * side * side)
    for channel in 0..<channels {
      for row in top..<top + side {
        let start = (channel * height + row) * width + left
        kept += samples[start..<start + side]
      }
    }
    return Raster(channels: channels, height: side, width: side, largest: largest, samples: kept)
  }

  /// Rows and columns exchanged.
  private var transposed: Raster {
    var moved = [UInt16](repeating: 0, count: samples.count)
    for channel in 0..<channels {
      let start = channel * height * width
      for row in 0..<height {
        for column in 0..<width {
          moved[start + column * height + row] = samples[start + row * width + column]
        }
      }
    }
    return Raster(channels: channels, height: width, width: height, largest: largest, samples: moved)
  }

  /// Every row resampled.
  private func resampled(_ resampling: Resampling) -> Raster {
    let width = resampling.windows.count
    var result = [UInt16](repeating: 0, count: channels * height * width)
    for row in 0..<channels * height {
      for (column, window) in resampling.windows.enumerated() {
        result[row * width + column] = window.mean(samples, from: row * self.width, resampling)
      }
    }
    return Raster(channels: channels, height: height, width: width, largest: largest, samples: result)
  }
}

/// Which old samples of a row each new one is the mean of.
private struct Resampling {
  /// The old samples of one new sample.
  struct Window {
    let first: Int
    /// In units of 2⁻²² for 8 bits, of 2⁻³⁸ for 16.
    let weights: [Int]
  }

  let windows: [Window]
  let bits: Int
  let largest: Int

  init(from old: Int, to new: Int, _ largest: UInt16) {
    let bits = largest == 255 ? 22 : 38
    (self.bits, self.largest) = (bits, Int(largest))
    let scale = Double(old) / Double(new)
    let reach = max(1, scale)
    windows = (0..<new).map { index in
      let center = (Double(index) + 0.5) * scale
      let first = max(0, Int(center - reach + 0.5))
      let end = min(old, Int(center + reach + 0.5))
      let heights = (first..<end).map { max(0, 1 - abs((Double($0) - center + 0.5) * (1 / reach))) }
      let sum = heights.reduce(0, +)
      let unit = Double(1 << bits)
      return Window(first: first, weights: heights.map { Int(0.5 + $0 / sum * unit) })
    }
  }
}

extension Resampling.Window {
  fileprivate func mean(_ samples: [UInt16], from start: Int, _ resampling: Resampling) -> UInt16 {
    var sum = 1 << (resampling.bits - 1)
    for (offset, weight) in weights.enumerated() { sum += weight * Int(samples[start + first + offset]) }
    return UInt16(min(resampling.largest, max(0, sum >> resampling.bits)))
  }
}
