public import Compute

/// Images no pixel of which moves by more than the radius.
public struct LInfinityBall: ThreatModel, Hashable {
  /// The largest change of a pixel.
  public var radius: Double
  /// The values that a pixel can have.
  public var pixels: ClosedRange<Double>

  /// Makes a ball.
  ///
  /// - Precondition: `radius` is a number, 0 or more, and pixels are not negative.
  public init(radius: Double, pixels: ClosedRange<Double> = 0...1) {
    precondition(radius >= 0 && radius.isFinite, "a radius of \(radius) makes no ball")
    precondition(pixels.lowerBound >= 0, "pixels in \(pixels) would be negative")
    self.radius = radius
    self.pixels = pixels
  }

  /// The largest absolute change.
  public var norm: VectorNorm { .infinity }

  /// Every pixel moved by a number drawn evenly from -radius...radius.
  public func start(around images: Tensor, _ randomness: Randomness) -> Tensor {
    let sample = Shape(Array(images.shape.extents.dropFirst()))
    return project(images + randomness.uniform(sample, in: -1..<1) * radius, around: images)
  }

  /// The full size for each pixel, with the sign of its derivative.
  public func step(along gradient: Tensor, size: Double) -> Tensor { gradient.sign() * size }

  /// Each pixel moved to the nearest float that the budget and the range allow.
  ///
  /// The bounds x ± radius are rounded, and rounding outward would break the budget by a part of an ulp. How
  /// far the sum s of two floats a ≥ b was rounded is known exactly, since s - a is exact (Dekker, 1971): the
  /// sum came out too large where s - a > b. Such a bound moves inward by an ulp, two at most.
  public func project(_ candidate: Tensor, around images: Tensor) -> Tensor {
    let radius = radius.roundedDownToFloat
    let upper = images + radius
    let isTooHigh = (upper - images.maximum(radius)) .> images.minimum(radius)
    // Times 1 - 2^-24 is the next float below any positive float.
    let highest = isTooHigh.select(upper * (1 - .floatRounding), upper)

    let lower = images - radius
    // Where x is smaller than the radius the bound is negative, and that of the range counts.
    let isTooLow = (images - lower) .> radius
    let lowest = isTooLow.select(lower * (1 + 2 * .floatRounding), lower)
    return candidate.clamped(lowest.maximum(pixels.lowerBound), highest.minimum(pixels.upperBound))
  }
}

extension ThreatModel where Self == LInfinityBall {
  /// Images no pixel of which moves by more than `radius`, pixels being in 0...1.
  public static func lInfinity(radius: Double) -> LInfinityBall { LInfinityBall(radius: radius) }
}
