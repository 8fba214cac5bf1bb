/// Something that a reader of a result must know.
public struct Finding: Hashable, Sendable, Codable {
  /// What kind it is.
  public enum Kind: String, Hashable, Sendable, Codable {
    /// The model's outputs look like probabilities.
    case probabilities
    /// Logits are not finite.
    case nonFiniteLogits
    /// Gradients are exactly 0.
    case zeroGradients
    /// Gradients are infinite or NaN.
    case nonFiniteGradients
    /// The final check contradicts the attack.
    case notConfirmed
  }

  /// Which.
  public let kind: Kind
  /// What it is and what it means, in one line.
  public let message: String
  /// How many samples are concerned.
  public let samples: Int
}

extension Finding {
  /// What the flags of samples amount to.
  static func all(of samples: [SampleResult]) -> [Finding] {
    func finding(_ kind: Kind, _ flags: Set<SampleResult.Flag>, _ what: String) -> Finding? {
      let count = samples.count { !$0.flags.isDisjoint(with: flags) }
      return count == 0
        ? nil : Finding(kind: kind, message: "\(count) of \(samples.count) samples: \(what)", samples: count)
    }
    return [
      finding(
        .nonFiniteLogits, [.nonFiniteLogits],
        "the model's outputs are not finite at some point; such points do not count as found"),
      finding(
        .zeroGradients, [.zeroGradient],
        "the gradient at the start is exactly 0, so the attack says little; try the margin or dlr loss"),
      finding(
        .nonFiniteGradients, [.nonFiniteGradient],
        "the gradient at the start is not finite at some pixels, which \"tremor gradient\" names; the attack took the "
          + "largest number for infinite ones and 0 for NaN there"),
      finding(
        .notConfirmed, [.outOfReach, .notConfirmed],
        "the final check contradicts the attack; their images are not returned and do not count"),
    ].compactMap { $0 }
  }
}
