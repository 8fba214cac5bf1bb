public import Compute

/// Steps of steepest ascent of a loss from a random image, each projected back into the threat model.
///
/// Madry et al., "Towards deep learning models resistant to adversarial attacks", 2018.
public struct ProjectedGradientDescent: IterativeAttack {
  /// What is within reach.
  public var threat: ThreatModel
  /// How far a step goes.
  public var stepSize: StepSize
  /// How many steps there are, 0 or more.
  public var steps: Int
  /// Whether the first image is drawn from the ball; else it is the clean one.
  public var startsAtRandom: Bool
  /// What is maximised.
  public var loss: any AttackLoss

  /// Makes an attack.
  public init(
    _ threat: ThreatModel, stepSize: StepSize = .relative(0.25), steps: Int = 10,
    startsAtRandom: Bool = true, loss: some AttackLoss = .crossEntropy
  ) {
    self.threat = threat
    self.stepSize = stepSize
    self.steps = steps
    self.startsAtRandom = startsAtRandom
    self.loss = loss
  }

  /// Within the threat model.
  public var goal: Goal { .within(threat) }
  /// "pgd".
  public var name: String { "pgd" }
  /// Whether it starts at random.
  public var drawsRandomly: Bool { startsAtRandom }
  /// The step size and the start.
  public var parameters: [String: ParameterValue] {
    ["stepSize": .ratio(stepSize.ratio(in: threat)), "randomStart": .flag(startsAtRandom)]
  }

  /// A random image within reach, or the clean one.
  public func start(_ victim: Victim) -> Tensor {
    startsAtRandom ? threat.start(around: victim.images, victim.randomness) : victim.images
  }

  /// The image after a step.
  ///
  /// - Complexity: One backward pass.
  public func advance(_ image: Tensor, at answer: Answer, step: Tensor, _ victim: Victim) -> Tensor {
    threat.advance(
      image, along: answer.gradient(), by: stepSize.length(in: threat, for: victim.images),
      around: victim.images)
  }
}

extension AttackRecipe {
  /// Projected gradient descent.
  public static let projectedGradientDescent = AttackRecipe(
    ["pgd"], "projected steps from a random start", { ProjectedGradientDescent($0) },
    settings: [
      .steps(\.steps), .stepSize(\.stepSize), .flag(.randomStart, \.startsAtRandom), .loss(\.loss),
    ])
}
