public import Compute

/// Steps of steepest ascent from the clean image, each projected back into the threat model.
///
/// Kurakin, Goodfellow and Bengio, "Adversarial examples in the physical world", 2017.
public struct BasicIterative: IterativeAttack {
  /// What is within reach.
  public var threat: ThreatModel
  /// How far a step goes.
  public var stepSize: StepSize
  /// How many steps there are, 0 or more.
  public var steps: Int
  /// What is maximised.
  public var loss: any AttackLoss

  /// Makes an attack.
  public init(
    _ threat: ThreatModel, stepSize: StepSize = .relative(0.25), steps: Int = 10,
    loss: some AttackLoss = .crossEntropy
  ) {
    self.threat = threat
    self.stepSize = stepSize
    self.steps = steps
    self.loss = loss
  }

  /// Within the threat model.
  public var goal: Goal { .within(threat) }
  /// "bim".
  public var name: String { "bim" }
  /// False.
  public var drawsRandomly: Bool { false }
  /// The step size.
  public var parameters: [String: ParameterValue] { ["stepSize": .ratio(stepSize.ratio(in: threat))] }

  /// The clean images.
  public func start(_ victim: Victim) -> Tensor { victim.images }

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
  /// The basic iterative method.
  public static let basicIterative = AttackRecipe(
    ["bim", "i-fgsm"], "projected steps from the clean image", { BasicIterative($0) },
    settings: [.steps(\.steps), .stepSize(\.stepSize), .loss(\.loss)])
}
