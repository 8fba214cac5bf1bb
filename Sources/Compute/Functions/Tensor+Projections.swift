// Steps of steepest ascent and projections onto balls, for each sample of `[N, ...]`, by sizes and radii of `[N]`.
//
// Projections are exact: the real distance of the float image they return from the clean one is at most the radius,
// and its pixels are in range, without any tolerance.

extension Tensor {
  /// These images moved by `size` along the direction in which a loss with this gradient grows most, and projected.
  ///
  /// The step of projected gradient descent (Madry et al., "Towards deep learning models resistant to adversarial
  /// attacks", 2018): `(self + gradient.steepestStep(...)).projected(...)`. A distance of 0 moves nothing.
  ///
  /// - Parameters:
  ///   - norm: `infinity` or `two`.
  ///   - gradient: `[N, ...]`, as these images.
  ///   - size: The length of each sample's step, `[N]`, in units of pixels.
  ///   - images: The clean images, `[N, ...]`, with pixels in range.
  ///   - radius: The largest distance of each sample from its clean image, `[N]`, in units of pixels.
  ///   - pixels: The values that a pixel can have: within 0...1 for `infinity`'s ball, -1...1 for that of `two`.
  /// - Complexity: One launch.
  public func steppedAndProjected(
    _ norm: VectorNorm, along gradient: Tensor, by size: Tensor, around images: Tensor, radius: Tensor,
    pixels: ClosedRange<Double> = 0...1, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    // So far leads any step out of every ball, and no square of it overflows.
    let size = norm == .two ? size.minimum(0x1p40) : size
    return builder.add(
      ProjectedStep(norm: norm, pixels: pixels), [self, gradient, images, size, radius],
      at: SourceLocation(fileID, line))
  }

  /// The perturbation of length `size` along which a loss with this gradient grows most.
  ///
  /// A sample whose gradient is zero gets zeros.
  ///
  /// - Parameters:
  ///   - norm: `infinity` or `two`.
  ///   - size: `[N]` for a gradient of `[N, ...]`.
  public func steepestStep(
    _ norm: VectorNorm, size: Tensor, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let place = SourceLocation(fileID, line)
    guard hasSamples(of: [size]) else {
      return refused("steepestStep", with: [size], "[N, ...] and a size of [N] are needed", place)
    }
    return composed("steepestStep", place, [size]) {
      switch norm {
      case .infinity: return sign() * size.column(of: self)
      case .two:
        // In units of the largest element, so that no square of a small derivative is lost to underflow. The quotient
        // does not depend on the unit, and so does no derivative.
        let peaks = self.norm(.infinity).maximum(Double(Float.leastNormalMagnitude)).detached()
        return (self / peaks.column(of: self)).normalized() * size.column(of: self)
      case .zero, .one: return refused("steepestStep", "the norm must be infinity or two", place)
      }
    }
  }

  /// These images moved to the ball around the clean ones and into the range of pixels; those inside stay.
  ///
  /// - Parameters:
  ///   - norm: `infinity` or `two`. The largest element's ball is met at its nearest image, the Euclidean one on
  ///     the segment to the clean image.
  ///   - images: The clean images, `[N, ...]`, with pixels in range.
  ///   - radius: `[N]`. A Euclidean one below 2^-40 counts as 0, so that no square of a difference is lost to underflow.
  ///   - pixels: The values that a pixel can have: within 0...1 for `infinity`'s ball, -1...1 for that of `two`.
  public func projected(
    _ norm: VectorNorm, around images: Tensor, radius: Tensor, pixels: ClosedRange<Double> = 0...1,
    fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let place = SourceLocation(fileID, line)
    guard images.shape == shape, hasSamples(of: [radius]) else {
      return refused(
        "projected", with: [images, radius], "two [N, ...] and a radius of [N] are needed", place)
    }
    if let reason = norm.obstacle(to: pixels) { return refused("projected", reason, place) }
    return composed("projected", place, [images, radius]) {
      let range = pixels.floats
      return norm == .infinity
        ? insideCube(around: images, radius.column(of: self), range)
        : insideBall(around: images, radius).clamped(to: range)
    }
  }

  private func hasSamples(of others: [Tensor]) -> Bool {
    rank >= 1 && others.allSatisfy { $0.rank == 1 && $0.shape[0] == shape[0] }
  }

  /// Each pixel moved to the nearest float that the radius and the range allow.
  ///
  /// The bounds x ± radius are rounded, and rounding outward would break the budget by a part of an ulp. How far
  /// the sum s of two floats a ≥ b was rounded is known exactly, since s - a is exact (Dekker, 1971): the sum came
  /// out too large where s - a > b. Such a bound moves inward by an ulp, two at most.
  private func insideCube(around images: Tensor, _ radius: Tensor, _ pixels: ClosedRange<Double>) -> Tensor {
    let upper = images + radius
    let isTooHigh = (upper - images.maximum(radius)) .> images.minimum(radius)
    // Times 1 - 2^-24 is the next float below any positive float.
    let highest = isTooHigh.select(upper * (1 - .floatRounding), upper)

    let lower = images - radius
    // Where x is smaller than the radius the bound is negative, and that of the range counts.
    let isTooLow = (images - lower) .> radius
    let lowest = isTooLow.select(lower * (1 + 2 * .floatRounding), lower)
    return clamped(lowest.maximum(pixels.lowerBound), highest.minimum(pixels.upperBound))
  }

  /// Each sample itself, or the point of the segment to it that the radius allows; ``BallMargin`` has the reasons.
  private func insideBall(around images: Tensor, _ radius: Tensor) -> Tensor {
    let margin = BallMargin(shape)
    let acceptance = radius * margin.kept
    let target = (acceptance * margin.shrunk - margin.storing).maximum(0)

    let perturbation = (self - images).withinReach
    let lengths = perturbation.lengthsByAxes()
    let scale = target / lengths.maximum(Double(Float.leastNormalMagnitude))
    let scaled = images + perturbation * scale.column(of: self)
    let isInside = (lengths .<= acceptance) && (radius .>= 0x1p-40)
    return isInside.column(of: self).select(self, scaled)
  }

  /// Each sample's perturbation, one with elements beyond 2^40 scaled down to that.
  ///
  /// That is farther out than any ball between pixels, and no square overflows. What is scaled by 1 stays as it is.
  private var withinReach: Tensor {
    let peaks = norm(.infinity).maximum(Double(Float.leastNormalMagnitude))
    let factor = (peaks.scope.full(peaks.shape, 0x1p40) / peaks).minimum(1).detached()
    return self * factor.column(of: self)
  }

  /// Each sample's Euclidean length, its squares summed axis by axis.
  private func lengthsByAxes() -> Tensor {
    var squares = self * self
    while squares.rank > 1 { squares = squares.sum([squares.rank - 1]) }
    return squares.rootSafeAtZero()
  }
}

/// What rounding takes from the radius of a Euclidean ball around samples of a shape.
///
/// Let u be a rounding's share. In a sum of squares each square goes through at most `steps` additions: summed axis by
/// axis, fewer than the extents add up to; summed by the kernels, one for every 256 elements and 8 more. The computed
/// length is so off by a share of at most u · (steps / 2 + 6), the 6 for the difference, the square and a root of a
/// device that rounds it badly. A perturbation counts as inside when its computed length is below the radius by
/// (steps + 8) · u, and is scaled to be below by thrice the share and by what storing the pixels moves them; so inside
/// is inside for sure, and what was projected stays where it is when it is projected again.
struct BallMargin {
  /// The share of the radius below which a computed length is accepted.
  let kept: Double
  /// The share of the accepted length that a perturbation outside is scaled to.
  let shrunk: Double
  /// The length by which that is shortened too: pixels in -1...1 are stored with an error of half an ulp each.
  let storing: Double

  init(_ shape: Shape) {
    let extents = shape.extents.dropFirst()
    let size = extents.reduce(1, *)
    let steps = max(extents.reduce(0, +), (size + 255) / 256 + 8)
    let share = Double(steps + 8) * .floatRounding
    kept = max(0, 1 - share)
    shrunk = max(0, 1 - 2 * share)
    storing = Double(size).squareRoot() * .floatRounding
  }
}

extension VectorNorm {
  /// Why images with pixels in this range cannot be projected to this norm's ball, or nil.
  func obstacle(to pixels: ClosedRange<Double>) -> String? {
    switch self {
    case .infinity: pixels.lowerBound >= 0 ? nil : "pixels in \(pixels) would be negative"
    case .two: pixels.lowerBound >= -1 && pixels.upperBound <= 1 ? nil : "pixels in \(pixels) exceed -1...1"
    case .zero, .one: "the norm must be infinity or two"
    }
  }
}

extension ClosedRange<Double> {
  /// The largest range between floats inside this one; a single number outside any float stays.
  var floats: ClosedRange<Double> {
    let (low, high) = (-(-lowerBound).roundedDownToFloat, upperBound.roundedDownToFloat)
    return low <= high ? low...high : self
  }
}

extension Double {
  /// Half the distance from 1 to the next float: a rounding moves a number by at most this share of it.
  static var floatRounding: Double { 0x1p-24 }

  /// The largest float that is not above this number.
  package var roundedDownToFloat: Double {
    let nearest = Float(self)
    return Double(Double(nearest) > self ? nearest.nextDown : nearest)
  }
}
