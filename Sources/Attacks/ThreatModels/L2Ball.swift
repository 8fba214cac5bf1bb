public import Compute

/// Images whose Euclidean distance is at most the radius.
public struct L2Ball: ThreatModel, Hashable {
  /// The largest Euclidean length of a perturbation.
  public var budget: Ratio
  /// The values that a pixel can have: within -1...1.
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

  /// The Euclidean length.
  public var norm: VectorNorm { .two }

  /// A point drawn evenly from the ball.
  ///
  /// The first D of D + 2 coordinates of a point drawn evenly from a sphere are drawn evenly from the ball
  /// (Voelker, Gosmann and Stewart, 2017): one draw instead of a direction and a distance.
  public func start(around images: Tensor, _ randomness: Randomness) -> Tensor {
    let size = images.shape.extents.dropFirst().reduce(1, *)
    let sphere = randomness.normal([size + 2]).normalized()
    let ball = sphere.sliced(axis: 1, from: 0, count: size).reshaped(images.shape)
    return project(images + ball * reach(from: images), around: images)
  }

  /// The gradient scaled to the lengths.
  public func step(along gradient: Tensor, sizes: Tensor) -> Tensor {
    gradient.steepestStep(.two, size: sizes)
  }

  /// The candidate, or the point of the segment to it that the budget allows; then each pixel moved into
  /// range.
  public func project(_ candidate: Tensor, around images: Tensor) -> Tensor {
    candidate.projected(.two, around: images, radius: radii(for: images), pixels: pixels)
  }

  /// Both in one launch.
  public func advance(
    _ candidate: Tensor, along gradient: Tensor, by sizes: Tensor, around images: Tensor
  ) -> Tensor {
    candidate.steppedAndProjected(
      .two, along: gradient, by: sizes, around: images,
      radius: radii(for: images), pixels: pixels)
  }
}

extension ThreatModel where Self == L2Ball {
  /// Images whose Euclidean distance is at most `budget`, pixels being in 0...1.
  public static func l2(_ budget: Ratio) -> L2Ball { L2Ball(budget) }

  /// Images whose Euclidean distance is at most `radius`, pixels being in 0...1.
  public static func l2(radius: Double) -> L2Ball { L2Ball(radius: radius) }
}
