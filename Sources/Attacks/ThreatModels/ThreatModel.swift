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

  /// The perturbation of length `size` along which a loss with this gradient grows most.
  ///
  /// A sample whose gradient is zero gets zeros.
  func step(along gradient: Tensor, size: Double) -> Tensor

  /// An image within reach near `candidate`: itself if it is within reach already.
  ///
  /// - Parameters:
  ///   - candidate: Any images.
  ///   - images: The clean ones, with pixels in range.
  func project(_ candidate: Tensor, around images: Tensor) -> Tensor

  /// The candidate moved by a step and projected: `project(candidate + step(along: gradient, size: size),
  /// ...)`.
  ///
  /// The default is that; a model with a kernel for both at once uses it.
  func advance(_ candidate: Tensor, along gradient: Tensor, by size: Double, around images: Tensor) -> Tensor
}

extension ThreatModel {
  /// The largest length of a perturbation, in units of pixels.
  public var radius: Double { budget.value }

  /// The step, then the projection.
  public func advance(
    _ candidate: Tensor, along gradient: Tensor, by size: Double, around images: Tensor
  ) -> Tensor {
    project(candidate + step(along: gradient, size: size), around: images)
  }

  /// The length of each sample's perturbation, `[N]`, in units of pixels.
  public func distance(
    from images: Tensor, to candidate: Tensor, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor { (candidate - images).norm(norm, fileID: fileID, line: line) }
}

extension ThreatModel {
  /// The largest float not above `length`, for each of the images: `[N]`.
  func lengths(_ length: Double, for images: Tensor) -> Tensor {
    images.scope.full([images.shape.extents.first ?? 1], length.roundedDownToFloat)
  }
}
