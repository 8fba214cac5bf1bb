public import Compute

/// Steps of steepest ascent of a loss, each projected back into the threat model.
///
/// Madry et al., "Towards deep learning models resistant to adversarial attacks", 2018. One step of the full
/// radius from the clean image is the fast gradient method: ``fastGradient(_:loss:)``.
public struct ProjectedGradientDescent: Attack {
  /// What is within reach.
  public var threat: any ThreatModel
  /// How far a step goes.
  public var stepSize: StepSize
  /// How many steps there are, 0 or more.
  public var steps: Int
  /// Whether the first image is drawn from the ball; else it is the clean one.
  public var startsAtRandom: Bool
  /// What is maximised.
  public var loss: ClassificationLoss

  /// Makes an attack.
  public init(
    _ threat: some ThreatModel, stepSize: StepSize = .relative(0.25), steps: Int = 40,
    startsAtRandom: Bool = true,
    loss: @escaping ClassificationLoss = { $0.crossEntropy($1) }
  ) {
    self.threat = threat
    self.stepSize = stepSize
    self.steps = steps
    self.startsAtRandom = startsAtRandom
    self.loss = loss
  }

  /// One step as long as the radius, from the clean image.
  ///
  /// Goodfellow, Shlens and Szegedy, "Explaining and harnessing adversarial examples", 2015, in any norm.
  public static func fastGradient(
    _ threat: some ThreatModel, loss: @escaping ClassificationLoss = { $0.crossEntropy($1) }
  ) -> ProjectedGradientDescent {
    ProjectedGradientDescent(threat, stepSize: .relative(1), steps: 1, startsAtRandom: false, loss: loss)
  }

  /// The image after the last step.
  ///
  /// - Complexity: One forward and one backward pass a step; no round trip.
  public func perturb(_ victim: Victim) -> Tensor {
    let start = startsAtRandom ? threat.start(around: victim.images, victim.randomness) : victim.images
    let size = stepSize.length(in: threat)
    return start.iterated(steps) { image in
      threat.advance(image, along: victim.gradient(of: loss, at: image), by: size, around: victim.images)
    }
  }
}

/// How far a step of an attack goes, in the norm of its threat model.
public enum StepSize: Hashable, Sendable {
  /// In units of pixels.
  case absolute(Double)
  /// As a share of the radius.
  case relative(Double)

  /// The length in units of pixels.
  public func length(in threat: some ThreatModel) -> Double {
    switch self {
    case .absolute(let length): length
    case .relative(let share): share * threat.radius
    }
  }
}
