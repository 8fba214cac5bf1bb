public import Compute

/// The largest change of a pixel.
public struct LInfinityGeometry: Geometry, Hashable {
  /// The values that a pixel can have: none is negative.
  public var pixels: ClosedRange<Double>

  /// Makes a geometry; pixels that the norm does not allow are found when it is used.
  public init(pixels: ClosedRange<Double> = 0...1) { self.pixels = pixels }

  /// The largest absolute change.
  public var norm: VectorNorm { .infinity }

  /// Every pixel moved by a number drawn evenly from -radius...radius.
  public func draw(around images: Tensor, radii: Tensor, _ randomness: Randomness) -> Tensor {
    let sample = Shape(Array(images.shape.extents.dropFirst()))
    return images + randomness.uniform(sample, in: -1..<1) * radii.column(of: images)
  }

  /// The full size for each pixel, with the sign of its derivative.
  public func step(along gradient: Tensor, sizes: Tensor) -> Tensor {
    gradient.steepestStep(.infinity, size: sizes)
  }

  /// Each pixel moved to the nearest float that the radius and the range allow.
  public func project(_ candidate: Tensor, around images: Tensor, radii: Tensor) -> Tensor {
    candidate.projected(.infinity, around: images, radius: radii, pixels: pixels)
  }

  /// Both in one launch.
  public func advance(
    _ candidate: Tensor, along gradient: Tensor, by sizes: Tensor, around images: Tensor, radii: Tensor
  ) -> Tensor {
    candidate.steppedAndProjected(
      .infinity, along: gradient, by: sizes, around: images, radius: radii, pixels: pixels)
  }
}

extension ThreatModel {
  /// Images no pixel of which moves by more than `budget`.
  public static func lInfinity(_ budget: Ratio, pixels: ClosedRange<Double> = 0...1) -> ThreatModel {
    ThreatModel(LInfinityGeometry(pixels: pixels), budget)
  }

  /// Images no pixel of which moves by more than `radius`.
  public static func lInfinity(radius: Double, pixels: ClosedRange<Double> = 0...1) -> ThreatModel {
    .lInfinity(Ratio(radius), pixels: pixels)
  }
}
