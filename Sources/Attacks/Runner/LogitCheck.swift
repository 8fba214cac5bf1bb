public import Compute

/// Finds models that give probabilities where logits are needed.
public enum LogitCheck {
  /// How far from 1 the sum of probabilities may be.
  public static let tolerance: Float = 1e-3

  /// Whether each row of `[N, K]` lies in 0...1 and sums to 1.
  public static func areProbabilities(_ logits: HostArray) -> Bool {
    guard let classes = logits.shape.extents.last, classes >= 2, !logits.bytes.isEmpty else { return false }
    let values = logits.floats
    return stride(from: 0, to: values.count, by: classes).allSatisfy { first in
      let row = values[first..<first + classes]
      return row.allSatisfy { (0...1).contains($0) } && abs(row.reduce(0, +) - 1) <= tolerance
    }
  }

  /// What to say about a model whose outputs for clean images, `[N, K]`, are these; nil when nothing is
  /// amiss.
  public static func finding(_ logits: HostArray) -> Finding? {
    guard areProbabilities(logits) else { return nil }
    return Finding(
      kind: .probabilities,
      message: "the model's outputs are probabilities: all lie in 0...1 and sum to 1; gradients through a "
        + "saturated softmax mislead, so attack the model without its last softmax",
      samples: logits.shape.extents.first ?? 0)
  }
}
