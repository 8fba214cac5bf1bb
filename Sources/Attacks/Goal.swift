internal import Compute

/// What an attack looks for.
public enum Goal: Sendable {
  /// An image that meets the criterion within a budget; of those that do not meet it the one of largest loss.
  case within(ThreatModel)
  /// The nearest image that meets the criterion, at any distance.
  case nearest(any Geometry)

  /// How perturbations are measured.
  public var geometry: any Geometry {
    switch self {
    case .within(let threat): threat.geometry
    case .nearest(let geometry): geometry
    }
  }

  /// The budget; nil where any distance will do.
  public var threat: ThreatModel? {
    if case .within(let threat) = self { threat } else { nil }
  }

  /// Throws unless images can be looked for.
  ///
  /// - Throws: ``AttackError`` of kind `usage`.
  func requireSense() throws(AttackError) {
    switch self {
    case .within(let threat): try threat.requireSense()
    case .nearest(let geometry): try geometry.requireSense()
    }
  }

  /// What makes one point better than another of which as many have fallen, `[N]`: a larger loss, or a smaller distance
  /// from the clean images among those that have fallen.
  func merit(of point: Answer, from images: Tensor) -> Tensor {
    switch self {
    case .within: return point.loss
    case .nearest(let geometry):
      let distance = geometry.distance(from: images, to: point.images)
      return point.hasFallen.select(-distance, distance.scope.full(distance.shape, -.infinity))
    }
  }

  /// The merit of the clean image, of this loss, which does not meet the criterion.
  func merit(ofClean loss: Float) -> Float {
    if case .within = self { loss } else { -.infinity }
  }

  /// Whether an image is inside the range of pixels and, without tolerance, within the budget.
  func contains(_ image: [Float], distance: Double) -> Bool {
    guard image.allSatisfy({ geometry.pixels.contains(Double($0)) }) else { return false }
    guard let threat else { return distance.isFinite }
    return distance <= threat.radius || threat.reachesEverything([image.count])
  }
}
