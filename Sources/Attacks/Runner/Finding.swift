internal import Compute

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
    /// The budget reaches every image, so that it is no limit.
    case budgetBeyondPixels
    /// A step is longer than the budget is wide.
    case stepBeyondBudget
    /// The attack was interrupted.
    case interrupted
  }

  /// Which.
  public let kind: Kind
  /// What it is and what it means, in one line.
  public let message: String
  /// How many samples are concerned.
  public let samples: Int
}

extension Finding {
  /// What is odd about the sizes that an attack was given, for `count` samples of this shape.
  static func all(of attack: any Attack, _ sample: Shape, count: Int) -> [Finding] {
    guard let threat = attack.goal.threat else { return [] }
    func meant(_ size: Ratio) -> String {
      // Whole levels of bytes, as budgets are often given.
      size.denominator == 1 && (1...255).contains(size.numerator)
        && size.numerator.rounded() == size.numerator
        ? "; did you mean \(size)/255?" : ""
    }
    var findings: [Finding] = []
    if threat.reachesEverything(sample), threat.budget.value > 0 {
      findings.append(
        Finding(
          kind: .budgetBeyondPixels,
          message:
            "the budget \(threat.budget) reaches every image with pixels in \(Self.text(threat.pixels)), "
            + "so it is no limit"
            + meant(threat.budget), samples: count))
    }
    if case .ratio(let size) = attack.parameters["stepSize"], threat.budget.value > 0,
      size.value > 2 * threat.radius
    {
      findings.append(
        Finding(
          kind: .stepBeyondBudget,
          message:
            "the step size \(size) is more than twice the budget \(threat.budget), so every step leads "
            + "across the whole ball" + meant(size), samples: count))
    }
    return findings
  }

  private static func text(_ pixels: ClosedRange<Double>) -> String {
    "\(Ratio(pixels.lowerBound))...\(Ratio(pixels.upperBound))"
  }

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
      finding(
        .interrupted, [.interrupted],
        "the attack was interrupted before they fell or all steps were made; robust accuracy may be lower"),
    ].compactMap { $0 }
  }
}
