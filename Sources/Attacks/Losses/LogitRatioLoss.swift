public import Compute

/// The difference of logits ratio: a margin in units of the spread of the logits.
///
/// Croce and Hein, "Reliable evaluation of adversarial robustness", 2020, equations 6 and 7. Scaling or
/// shifting the logits changes nothing.
public struct LogitRatioLoss: AttackLoss, Hashable {
  /// "dlr".
  public static let names = ["dlr"]

  /// The loss has no parameters.
  public init() {}

  /// -(z_y - max over k ≠ y of z_k) / (z_(1) - z_(3)).
  public func callAsFunction(_ logits: Tensor, _ labels: Tensor) -> Tensor {
    logits.differenceOfLogitsRatio(labels)
  }

  /// -(z_y - z_t) / (z_(1) - (z_(3) + z_(4)) / 2).
  public func callAsFunction(_ logits: Tensor, _ labels: Tensor, toward targets: Tensor) -> Tensor {
    logits.targetedDifferenceOfLogitsRatio(labels, targets: targets)
  }

  /// 3, or 4 with targets: it ranks that many logits.
  public static func leastClasses(isTargeted: Bool) -> Int { isTargeted ? 4 : 3 }
}

extension AttackLoss where Self == LogitRatioLoss {
  /// The difference of logits ratio.
  public static var differenceOfLogitsRatio: LogitRatioLoss { LogitRatioLoss() }
}
