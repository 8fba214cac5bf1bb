import Compute

/// How one axis is resampled: where places of the result lie in the source, and what they take from there.
struct AxisResampling {
  /// How a place of the result becomes a coordinate of the source; the names are ONNX's.
  enum Coordinates: String {
    case halfPixel = "half_pixel"
    case halfPixelSymmetric = "half_pixel_symmetric"
    case pytorchHalfPixel = "pytorch_half_pixel"
    case alignCorners = "align_corners"
    case asymmetric
    case halfPixelOfNearest = "tf_half_pixel_for_nn"
    case cropAndResize = "tf_crop_and_resize"
  }

  /// How values between elements of the source are found.
  enum Mode {
    case nearest(Rounding)
    case linear
    /// The cubic convolution of Keys, "Cubic convolution interpolation for digital image processing", 1981.
    case cubic(Double)
  }

  /// Which element is nearest; the names are ONNX's.
  enum Rounding: String {
    case halvesDown = "round_prefer_floor"
    case halvesUp = "round_prefer_ceil"
    case floor
    case ceil
    /// Down where the axis grows and up where it shrinks, as before operator set 11.
    case legacy
  }

  /// The extents of source and result.
  var input: Int
  var output: Int
  /// The extent of the result before it was rounded: the source's times the scale.
  ///
  /// Coordinates are found by it and not by the rounded one, as the conformance tests want it.
  var length: Double
  var coordinates: Coordinates
  var mode: Mode
  /// Where the region to crop starts and ends, in shares of the extent.
  var region = (start: 0.0, end: 1.0)
  /// What places outside the source take where a region is cropped.
  var extrapolation = 0.0
  /// Whether elements outside the source have no weight, instead of repeating the edge.
  var excludesOutside = false
  /// Whether the kernel widens as the axis shrinks.
  var antialiases = false

  /// Places of the result for each of the source.
  var scale: Double { length / Double(input) }

  /// The coordinate of the source at a place, or nil where it is extrapolated.
  func source(_ place: Int) -> Double? {
    let (x, last) = (Double(place), Double(input - 1))
    // Multiplied first and divided then, a coordinate that is whole comes out whole.
    let center = (x + 0.5) * Double(input) / length
    switch coordinates {
    case .halfPixel: return center - 0.5
    case .halfPixelSymmetric: return Double(input) / 2 * (1 - Double(output) / length) + center - 0.5
    case .pytorchHalfPixel: return output > 1 ? center - 0.5 : 0
    case .alignCorners: return length == 1 || place == 0 ? 0 : x * last / (length - 1)
    case .asymmetric: return x * Double(input) / length
    case .halfPixelOfNearest: return center
    case .cropAndResize:
      let extent = (region.end - region.start) * last
      let offset = length == 1 ? extent / 2 : x * extent / (length - 1)
      let found = region.start * last + offset
      return found >= 0 && found <= last ? found : nil
    }
  }

  /// The element nearest to each place, or nil where it is extrapolated.
  func nearestElements(_ rounding: Rounding) -> [Int?] {
    (0..<output).map { place in
      guard let exact = source(place) else { return nil }
      // A scale such as 0.6 is not exact in single precision; it should not decide between two elements.
      let half = (exact * 2).rounded() / 2
      let source = abs(exact - half) < 1e-6 * max(1, abs(exact)) ? half : exact
      let rounded =
        switch rounding {
        case .halvesDown: (source - 0.5).rounded(.up)
        case .halvesUp: (source + 0.5).rounded(.down)
        case .floor: source.rounded(.down)
        case .ceil: source.rounded(.up)
        case .legacy: source.rounded(scale < 1 ? .up : .down)
        }
      return Int(min(max(rounded, 0), Double(input - 1)))
    }
  }

  /// What each place takes from each element, `[output, input]`; zeros where it is extrapolated.
  func weights() -> [Float] {
    var matrix = [Float](repeating: 0, count: output * input)
    for place in 0..<output {
      guard let source = source(place) else { continue }
      let center = min(max(source, -Double(input)), 2 * Double(input))
      let taps = taps(around: center)
      let total = excludesOutside || antialiases ? taps.reduce(0) { $0 + $1.weight } : 1
      for tap in taps where total != 0 {
        matrix[place * input + min(max(tap.element, 0), input - 1)] += Float(tap.weight / total)
      }
    }
    return matrix
  }

  /// The elements in reach of the kernel around a coordinate, and their weights.
  private func taps(around center: Double) -> [(element: Int, weight: Double)] {
    // A shrunk axis widens the kernel; it never has to be wider than a few times the source.
    let stretch = antialiases ? min(1, max(scale, 1 / (4 * Double(input)))) : 1
    let reach = radius / stretch
    return (Int((center - reach).rounded(.up))...Int((center + reach).rounded(.down))).compactMap { element in
      if excludesOutside, element < 0 || element >= input { return nil }
      return (element, kernel((Double(element) - center) * stretch))
    }
  }

  private var radius: Double { if case .cubic = mode { 2 } else { 1 } }

  private func kernel(_ offset: Double) -> Double {
    let x = abs(offset)
    guard case .cubic(let a) = mode else { return max(0, 1 - x) }
    if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
  }
}
