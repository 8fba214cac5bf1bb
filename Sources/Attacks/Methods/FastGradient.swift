public import Compute

/// One step of steepest ascent, as long as the radius, from the clean image.
///
/// Goodfellow, Shlens and Szegedy, "Explaining and harnessing adversarial examples", 2015, in any norm.
public struct FastGradient: IterativeAttack {
  /// What is within reach.
  public var threat: ThreatModel
  /// What is maximised.
  public var loss: any AttackLoss

  /// Makes an attack.
  public init(_ threat: ThreatModel, loss: some AttackLoss = .crossEntropy) {
    self.threat = threat
    self.loss = loss
  }

  /// Within the threat model.
  public var goal: Goal { .within(threat) }
  /// "fgsm".
  public var name: String { "fgsm" }
  /// One.
  public var steps: Int { 1 }
  /// False.
  public var drawsRandomly: Bool { false }

  /// The clean images.
  public func start(_ victim: Victim) -> Tensor { victim.images }

  /// The image after the step.
  public func advance(_ image: Tensor, at answer: Answer, step: Tensor, _ victim: Victim) -> Tensor {
    threat.advance(image, along: answer.gradient(), by: threat.radius, around: victim.images)
  }
}

extension AttackRecipe {
  /// The fast gradient method.
  public static let fastGradient = AttackRecipe(
    ["fgsm"], "one step as long as the radius", { FastGradient($0) }, settings: [.loss(\.loss)])
}
