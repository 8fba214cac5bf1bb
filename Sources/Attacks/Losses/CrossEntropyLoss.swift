public import Compute

/// The cross-entropy, logsumexp(z) - z_y; toward a target t, z_t - logsumexp(z).
public struct CrossEntropyLoss: AttackLoss, Hashable {
  /// "ce".
  public static let names = ["ce", "cross-entropy"]

  /// The loss has no parameters.
  public init() {}

  /// The cross-entropy with the labels.
  public func callAsFunction(_ logits: Tensor, _ labels: Tensor) -> Tensor { logits.crossEntropy(labels) }

  /// Minus the cross-entropy with the targets.
  public func callAsFunction(_ logits: Tensor, _ labels: Tensor, toward targets: Tensor) -> Tensor {
    logits.targetedCrossEntropy(targets)
  }
}

extension AttackLoss where Self == CrossEntropyLoss {
  /// The cross-entropy.
  public static var crossEntropy: CrossEntropyLoss { CrossEntropyLoss() }
}
