public import Compute

/// Images whose Euclidean distance is at most the radius.
public struct L2Ball: ThreatModel, Hashable {
  /// The largest Euclidean length of a perturbation.
  public var radius: Double
  /// The values that a pixel can have.
  public var pixels: ClosedRange<Double>

  /// Makes a ball.
  ///
  /// - Precondition: `radius` is a number, 0 or more, and pixels lie in -1...1.
  public init(radius: Double, pixels: ClosedRange<Double> = 0...1) {
    precondition(radius >= 0 && radius.isFinite, "a radius of \(radius) makes no ball")
    precondition(pixels.lowerBound >= -1 && pixels.upperBound <= 1, "pixels in \(pixels) exceed -1...1")
    self.radius = radius
    self.pixels = pixels
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
    return project(images + ball * radius, around: images)
  }

  /// The gradient scaled to length `size`.
  ///
  /// Divided by its largest element first, so that no square of a small derivative is lost to underflow.
  public func step(along gradient: Tensor, size: Double) -> Tensor {
    let peaks = gradient.norm(.infinity).maximum(Double(Float.leastNormalMagnitude))
    return (gradient / column(peaks, of: gradient)).normalized() * size
  }

  /// The candidate, or the point of the segment to it that the budget allows; then each pixel moved into
  /// range.
  ///
  /// The squares are summed axis by axis, so the rounding of the length is at most that of as many additions
  /// as the extents of the image add up to. A perturbation counts as inside when its computed length is below
  /// the radius by this share, and is scaled to be below by thrice the share and by what storing the pixels
  /// moves them; so inside is inside for sure, and what was projected stays where it is when it is projected
  /// again.
  public func project(_ candidate: Tensor, around images: Tensor) -> Tensor {
    let extents = Array(images.shape.extents.dropFirst())
    let share = Double(extents.reduce(8, +)) * .floatRounding
    let storing = Double(extents.reduce(1, *)).squareRoot() * .floatRounding
    let acceptance = radius.roundedDownToFloat * (1 - share)
    let target = max(0, acceptance * (1 - 2 * share) - storing)

    let perturbation = candidate - images
    let lengths = column(length(perturbation), of: images)
    let scaled = images + perturbation * (target / lengths.maximum(Double(Float.leastNormalMagnitude)))
    let inside = (lengths .<= acceptance).select(candidate, scaled)
    return inside.clamped(to: pixels)
  }

  private func length(_ perturbation: Tensor) -> Tensor {
    var squares = perturbation * perturbation
    while squares.rank > 1 { squares = squares.sum([squares.rank - 1]) }
    return squares.sqrt()
  }

  private func column(_ values: Tensor, of images: Tensor) -> Tensor {
    values.reshaped(Shape(values.shape.extents + [Int](repeating: 1, count: max(0, images.rank - 1))))
  }
}

extension ThreatModel where Self == L2Ball {
  /// Images whose Euclidean distance is at most `radius`, pixels being in 0...1.
  public static func l2(radius: Double) -> L2Ball { L2Ball(radius: radius) }
}
