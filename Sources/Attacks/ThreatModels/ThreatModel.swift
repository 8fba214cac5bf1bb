public import Compute

/// Which images count as close to a given one: a norm, a radius and the valid range of pixels in one value.
///
/// The budget is exact. What ``project(_:around:)`` returns is an image of floats whose distance from the
/// clean one, as a real number, is at most ``radius``, and whose pixels lie in ``pixels``, without any
/// tolerance; since rounding is monotonic, |x' - x| compared in floats holds for each pixel too.
public protocol ThreatModel: Sendable {
  /// How a perturbation is measured.
  var norm: VectorNorm { get }
  /// The largest length of a perturbation, in units of pixels, as it was given.
  var budget: Ratio { get }
  /// The values that a pixel can have.
  var pixels: ClosedRange<Double> { get }

  /// A random image within reach, drawn evenly from the ball and moved into the range of pixels.
  ///
  /// - Parameter randomness: Knows as many samples as there are images; its purpose belongs to the caller.
  func start(around images: Tensor, _ randomness: Randomness) -> Tensor

  /// The perturbations along which a loss with this gradient grows most.
  ///
  /// A sample whose gradient is zero gets zeros.
  ///
  /// - Parameter sizes: The length of each sample's, `[N]`, in units of pixels, at most ``diameter(of:)``.
  func step(along gradient: Tensor, sizes: Tensor) -> Tensor

  /// An image within reach near `candidate`: itself if it is within reach already.
  ///
  /// - Parameters:
  ///   - candidate: Any images.
  ///   - images: The clean ones, with pixels in range.
  func project(_ candidate: Tensor, around images: Tensor) -> Tensor

  /// The candidate moved by a step and projected: `project(candidate + step(along: gradient, sizes: sizes), ...)`.
  ///
  /// The default is that; a model with a kernel for both at once uses it.
  ///
  /// - Parameter sizes: The length of each sample's step, `[N]`.
  func advance(_ candidate: Tensor, along gradient: Tensor, by sizes: Tensor, around images: Tensor) -> Tensor
}

extension ThreatModel {
  /// The largest length of a perturbation, in units of pixels.
  public var radius: Double { budget.value }

  /// The distance between opposite corners of the range of pixels, for samples of this shape: no two images are farther
  /// apart.
  public func diameter(of sample: Shape) -> Double {
    let (count, width) = (Double(sample.count), pixels.upperBound - pixels.lowerBound)
    switch norm {
    case .zero: return count
    case .one: return count * width
    case .two: return (count * width * width).squareRoot()
    case .infinity: return width
    }
  }

  /// Whether every image is within reach of every other: a larger radius would change nothing.
  public func reachesEverything(_ sample: Shape) -> Bool { radius >= diameter(of: sample) }

  /// Throws unless images can be attacked within it: the budget is a size, and pixels are what the norm allows.
  ///
  /// - Throws: ``AttackError`` of kind `usage`.
  func requireSense() throws(AttackError) {
    try budget.requireSize("budget")
    if let reason = obstacle { throw AttackError(.usage, reason) }
  }

  /// Why there is no image within reach, or nil.
  private var obstacle: String? {
    guard pixels.lowerBound.isFinite, pixels.upperBound.isFinite, pixels.lowerBound < pixels.upperBound else {
      return "pixels in \(pixels) are all the same or endless; give a range such as 0...1"
    }
    switch norm {
    case .infinity where pixels.lowerBound < 0:
      return "pixels in \(pixels) would be negative; the ball of the largest change takes pixels from 0 on"
    case .two where pixels.lowerBound < -1 || pixels.upperBound > 1:
      return "pixels in \(pixels) exceed -1...1, which the Euclidean ball takes"
    default: return nil
    }
  }

  /// The step, then the projection.
  public func advance(
    _ candidate: Tensor, along gradient: Tensor, by sizes: Tensor, around images: Tensor
  ) -> Tensor {
    project(candidate + step(along: gradient, sizes: sizes), around: images)
  }

  /// The same with one size for all samples, of which no more than the diameter counts; tracing fails for what is none.
  public func advance(
    _ candidate: Tensor, along gradient: Tensor, by size: Double, around images: Tensor
  ) -> Tensor { advance(candidate, along: gradient, by: sizes(size, for: images), around: images) }

  /// A step of one size for all samples, of which no more than the diameter counts; tracing fails for what is none.
  public func step(along gradient: Tensor, size: Double) -> Tensor {
    step(along: gradient, sizes: sizes(size, for: gradient))
  }

  /// The length of each sample's perturbation, `[N]`, in units of pixels.
  public func distance(
    from images: Tensor, to candidate: Tensor, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor { (candidate - images).norm(norm, fileID: fileID, line: line) }
}

extension ThreatModel {
  /// The radius for each of the images: `[N]`, the largest float not above it.
  ///
  /// A radius that reaches every image is taken as four diameters: nothing that a step leads to is moved but into the
  /// range of pixels, and no square overflows, however large the budget is.
  func radii(for images: Tensor) -> Tensor {
    let sample = images.shape.withoutSamples
    let reach = reachesEverything(sample) ? 4 * diameter(of: sample) : radius
    return lengths(reach, asked: radius, for: images)
  }

  /// The size of a step for each of the images: `[N]`, at most the diameter, which leads to the other end of the range.
  ///
  /// Tracing fails for what is no size.
  public func sizes(_ size: Double, for images: Tensor) -> Tensor {
    lengths(min(size, diameter(of: images.shape.withoutSamples)), asked: size, for: images)
  }

  /// The radius, at most the diameter: how far a random start goes.
  func reach(from images: Tensor) -> Double { min(radius, diameter(of: images.shape.withoutSamples)) }

  /// The largest float not above `length`, for each of the images: `[N]`; tracing fails where what was asked for is no
  /// length.
  private func lengths(_ length: Double, asked: Double, for images: Tensor) -> Tensor {
    do throws(AttackError) {
      try requireSense()
      try Ratio(asked).requireSize("size of a step")
    } catch {
      images.scope.fail(error)
    }
    return images.scope.full([images.shape.extents.first ?? 1], length.roundedDownToFloat)
  }
}
