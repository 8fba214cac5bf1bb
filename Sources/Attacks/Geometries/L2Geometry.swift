public import Compute

/// The Euclidean length of perturbations.
public struct L2Geometry: Geometry, Hashable {
  /// The values that a pixel can have: within -1...1.
  public var pixels: ClosedRange<Double>

  /// Makes a geometry; pixels that the norm does not allow are found when it is used.
  public init(pixels: ClosedRange<Double> = 0...1) { self.pixels = pixels }

  /// The Euclidean length.
  public var norm: VectorNorm { .two }

  /// Points drawn evenly from balls.
  ///
  /// The first D of D + 2 coordinates of a point drawn evenly from a sphere are drawn evenly from the ball
  /// (Voelker, Gosmann and Stewart, 2017): one draw instead of a direction and a distance.
  public func draw(around images: Tensor, radii: Tensor, _ randomness: Randomness) -> Tensor {
    let size = images.shape.extents.dropFirst().reduce(1, *)
    let sphere = randomness.normal([size + 2]).normalized()
    let ball = sphere.sliced(axis: 1, from: 0, count: size).reshaped(images.shape)
    return images + ball * radii.column(of: images)
  }

  /// The gradient scaled to the lengths.
  public func step(along gradient: Tensor, sizes: Tensor) -> Tensor {
    gradient.steepestStep(.two, size: sizes)
  }

  /// The candidate, or the point of the segment to it that the radius allows; then each pixel moved into range.
  public func project(_ candidate: Tensor, around images: Tensor, radii: Tensor) -> Tensor {
    candidate.projected(.two, around: images, radius: radii, pixels: pixels)
  }

  /// Both in one launch.
  public func advance(
    _ candidate: Tensor, along gradient: Tensor, by sizes: Tensor, around images: Tensor, radii: Tensor
  ) -> Tensor {
    candidate.steppedAndProjected(
      .two, along: gradient, by: sizes, around: images, radius: radii, pixels: pixels)
  }
}

extension ThreatModel {
  /// Images whose Euclidean distance is at most `budget`.
  public static func l2(_ budget: Ratio, pixels: ClosedRange<Double> = 0...1) -> ThreatModel {
    ThreatModel(L2Geometry(pixels: pixels), budget)
  }

  /// Images whose Euclidean distance is at most `radius`.
  public static func l2(radius: Double, pixels: ClosedRange<Double> = 0...1) -> ThreatModel {
    .l2(Ratio(radius), pixels: pixels)
  }
}
