public import Compute

/// How perturbations are measured, drawn, stepped along and cut off: a norm and the valid range of pixels, without a budget.
///
/// Radii and sizes are given for each sample, `[N]`, so that an attack may have another one for every sample and step.
///
/// What ``project(_:around:radii:)`` returns is an image of floats whose distance from the clean one, as a real number, is
/// at most the radius, and whose pixels lie in ``pixels``, without any tolerance; since rounding is monotonic, |x' - x|
/// compared in floats holds for each pixel too.
public protocol Geometry: Sendable {
  /// How a perturbation is measured.
  var norm: VectorNorm { get }
  /// The values that a pixel can have.
  var pixels: ClosedRange<Double> { get }

  /// Images drawn evenly from balls around the clean ones, not yet moved into the range of pixels.
  ///
  /// - Parameters:
  ///   - radii: Of each ball, `[N]`, at most ``diameter(of:)``.
  ///   - randomness: Knows as many samples as there are images; its purpose belongs to the caller.
  func draw(around images: Tensor, radii: Tensor, _ randomness: Randomness) -> Tensor

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
  ///   - radii: How far each may be from the clean one, `[N]`, at most four times ``diameter(of:)``.
  func project(_ candidate: Tensor, around images: Tensor, radii: Tensor) -> Tensor

  /// The candidate moved by a step and projected.
  ///
  /// The default is that; a geometry with a kernel for both at once uses it.
  ///
  /// - Parameters:
  ///   - sizes: The length of each sample's step, `[N]`.
  ///   - radii: How far each may be from the clean one, `[N]`.
  func advance(
    _ candidate: Tensor, along gradient: Tensor, by sizes: Tensor, around images: Tensor, radii: Tensor
  ) -> Tensor
}

extension Geometry {
  /// The step, then the projection.
  public func advance(
    _ candidate: Tensor, along gradient: Tensor, by sizes: Tensor, around images: Tensor, radii: Tensor
  ) -> Tensor {
    project(candidate + step(along: gradient, sizes: sizes), around: images, radii: radii)
  }

  /// The length of each sample's perturbation, `[N]`, in units of pixels.
  public func distance(
    from images: Tensor, to candidate: Tensor, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor { (candidate - images).norm(norm, fileID: fileID, line: line) }

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

  /// One size for all images, `[N]`: the largest float not above it, and no more than the diameter, which leads to the
  /// other end of the range.
  ///
  /// Tracing fails for what is no size.
  public func sizes(_ size: Double, for images: Tensor) -> Tensor {
    lengths(min(size, diameter(of: images.shape.withoutSamples)), asked: size, for: images)
  }

  /// The largest float not above `length`, for each of the images: `[N]`; tracing fails where what was asked for is no
  /// length.
  func lengths(_ length: Double, asked: Double, for images: Tensor) -> Tensor {
    do throws(AttackError) {
      try requireSense()
      try Ratio(asked).requireSize("size of a step")
    } catch {
      images.scope.fail(error)
    }
    return images.scope.full([images.shape.extents.first ?? 1], length.roundedDownToFloat)
  }

  /// Throws unless pixels are what the norm allows.
  ///
  /// - Throws: ``AttackError`` of kind `usage`.
  func requireSense() throws(AttackError) {
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
}

extension VectorNorm {
  /// The distance of an image from the clean one, in double precision.
  ///
  /// Differences of floats of -1...1 are exact in doubles.
  func distance(_ image: [Float], from clean: [Float]) -> Double {
    let differences = zip(image, clean).lazy.map { abs(Double($0) - Double($1)) }
    switch self {
    case .zero: return Double(differences.count { $0 != 0 })
    case .one: return differences.reduce(0, +)
    case .two: return differences.reduce(0) { $0 + $1 * $1 }.squareRoot()
    case .infinity: return differences.reduce(0) { $0 < $1 || $1.isNaN ? $1 : $0 }
    }
  }
}
