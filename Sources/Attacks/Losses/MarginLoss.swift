public import Compute

/// The largest other logit minus the label's; toward a target, its logit minus the largest other one.
///
/// Carlini and Wagner, "Towards evaluating the robustness of neural networks", 2017, objective f6 without its
/// bound. It does not saturate, and it is positive exactly where the attack has succeeded.
public struct MarginLoss: AttackLoss, Hashable {
  /// "margin".
  public static let names = ["margin", "cw"]

  /// The loss has no parameters.
  public init() {}

  /// max over k ≠ y of z_k - z_y.
  public func callAsFunction(_ logits: Tensor, _ labels: Tensor) -> Tensor { logits.marginLoss(labels) }

  /// z_t - max over k ≠ t of z_k.
  public func callAsFunction(_ logits: Tensor, _ labels: Tensor, toward targets: Tensor) -> Tensor {
    logits.targetedMarginLoss(targets)
  }
}

extension AttackLoss where Self == MarginLoss {
  /// The margin by which another class wins.
  public static var margin: MarginLoss { MarginLoss() }
}
