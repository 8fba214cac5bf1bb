public import Compute

/// Which images count as close to a given one: a geometry with a budget that is the same for all samples, and exact.
public struct ThreatModel: Sendable {
  /// How perturbations are measured, and the range of pixels.
  public var geometry: any Geometry
  /// The largest length of a perturbation, in units of pixels, as it was given.
  public var budget: Ratio

  /// Makes a threat model; what is no size, and pixels that the norm does not allow, are found when it is used.
  public init(_ geometry: some Geometry, _ budget: Ratio) {
    self.geometry = geometry
    self.budget = budget
  }

  /// How a perturbation is measured.
  public var norm: VectorNorm { geometry.norm }
  /// The values that a pixel can have.
  public var pixels: ClosedRange<Double> { geometry.pixels }
  /// The largest length of a perturbation, in units of pixels.
  public var radius: Double { budget.value }

  /// A random image within reach, drawn evenly from the ball and moved into the range of pixels.
  ///
  /// - Parameter randomness: Knows as many samples as there are images; its purpose belongs to the caller.
  public func start(around images: Tensor, _ randomness: Randomness) -> Tensor {
    let radii = images.scope.full([images.shape.extents.first ?? 1], reach(from: images))
    return project(geometry.draw(around: images, radii: radii, randomness), around: images)
  }

  /// The perturbations along which a loss with this gradient grows most: see ``Geometry/step(along:sizes:)``.
  public func step(along gradient: Tensor, sizes: Tensor) -> Tensor {
    geometry.step(along: gradient, sizes: sizes)
  }

  /// A step of one size for all samples, of which no more than the diameter counts; tracing fails for what is none.
  public func step(along gradient: Tensor, size: Double) -> Tensor {
    step(along: gradient, sizes: geometry.sizes(size, for: gradient))
  }

  /// An image within reach near `candidate`: itself if it is within reach already.
  ///
  /// - Parameters:
  ///   - candidate: Any images.
  ///   - images: The clean ones, with pixels in range.
  public func project(_ candidate: Tensor, around images: Tensor) -> Tensor {
    geometry.project(candidate, around: images, radii: radii(for: images))
  }

  /// The candidate moved by a step and projected.
  ///
  /// - Parameter sizes: The length of each sample's step, `[N]`, in units of pixels.
  public func advance(
    _ candidate: Tensor, along gradient: Tensor, by sizes: Tensor, around images: Tensor
  ) -> Tensor {
    geometry.advance(candidate, along: gradient, by: sizes, around: images, radii: radii(for: images))
  }

  /// The same with one size for all samples, of which no more than the diameter counts; tracing fails for what is none.
  public func advance(
    _ candidate: Tensor, along gradient: Tensor, by size: Double, around images: Tensor
  ) -> Tensor { advance(candidate, along: gradient, by: geometry.sizes(size, for: images), around: images) }

  /// The length of each sample's perturbation, `[N]`, in units of pixels.
  public func distance(
    from images: Tensor, to candidate: Tensor, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor { geometry.distance(from: images, to: candidate, fileID: fileID, line: line) }

  /// Whether every image is within reach of every other: a larger radius would change nothing.
  public func reachesEverything(_ sample: Shape) -> Bool { radius >= geometry.diameter(of: sample) }

  /// Throws unless images can be attacked within it: the budget is a size, and pixels are what the norm allows.
  ///
  /// - Throws: ``AttackError`` of kind `usage`.
  func requireSense() throws(AttackError) {
    try budget.requireSize("budget")
    try geometry.requireSense()
  }
}

extension ThreatModel {
  /// The radius for each of the images: `[N]`, the largest float not above it.
  ///
  /// A radius that reaches every image is taken as four diameters: nothing that a step leads to is moved but into the
  /// range of pixels, and no square overflows, however large the budget is.
  public func radii(for images: Tensor) -> Tensor {
    let sample = images.shape.withoutSamples
    let reach = reachesEverything(sample) ? 4 * geometry.diameter(of: sample) : radius
    return geometry.lengths(reach, asked: radius, for: images)
  }

  /// The radius, at most the diameter: how far a random start goes.
  func reach(from images: Tensor) -> Double {
    min(radius, geometry.diameter(of: images.shape.withoutSamples))
  }
}
