public import Compute

/// Images no pixel of which moves by more than the radius.
public struct LInfinityBall: ThreatModel, Hashable {
  /// The largest change of a pixel.
  public var budget: Ratio
  /// The values that a pixel can have: none is negative.
  public var pixels: ClosedRange<Double>

  /// Makes a ball; what is no size, and pixels that the norm does not allow, are found when it is used.
  public init(_ budget: Ratio, pixels: ClosedRange<Double> = 0...1) {
    self.budget = budget
    self.pixels = pixels
  }

  /// Makes a ball.
  public init(radius: Double, pixels: ClosedRange<Double> = 0...1) {
    self.init(Ratio(radius), pixels: pixels)
  }

  /// The largest absolute change.
  public var norm: VectorNorm { .infinity }

  /// Every pixel moved by a number drawn evenly from -radius...radius.
  public func start(around images: Tensor, _ randomness: Randomness) -> Tensor {
    let sample = Shape(Array(images.shape.extents.dropFirst()))
    return project(images + randomness.uniform(sample, in: -1..<1) * reach(from: images), around: images)
  }

  /// The full size for each pixel, with the sign of its derivative.
  public func step(along gradient: Tensor, sizes: Tensor) -> Tensor {
    gradient.steepestStep(.infinity, size: sizes)
  }

  /// Each pixel moved to the nearest float that the budget and the range allow.
  public func project(_ candidate: Tensor, around images: Tensor) -> Tensor {
    candidate.projected(.infinity, around: images, radius: radii(for: images), pixels: pixels)
  }

  /// Both in one launch.
  public func advance(
    _ candidate: Tensor, along gradient: Tensor, by sizes: Tensor, around images: Tensor
  ) -> Tensor {
    candidate.steppedAndProjected(
      .infinity, along: gradient, by: sizes, around: images,
      radius: radii(for: images), pixels: pixels)
  }
}

extension ThreatModel where Self == LInfinityBall {
  /// Images no pixel of which moves by more than `budget`, pixels being in 0...1.
  public static func lInfinity(_ budget: Ratio) -> LInfinityBall { LInfinityBall(budget) }

  /// Images no pixel of which moves by more than `radius`, pixels being in 0...1.
  public static func lInfinity(radius: Double) -> LInfinityBall { LInfinityBall(radius: radius) }
}
