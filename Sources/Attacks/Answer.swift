public import Compute

/// What a classifier says at a point that an attack visits, and what that means for the attack.
///
/// All of it comes from one forward pass; a gradient adds the pass back. So judging a point and stepping from it cost no
/// pass more than stepping alone.
public struct Answer {
  /// The point: images within reach, `[N, ...]`.
  public let images: Tensor
  /// What the classifier says there, `[N, K]`.
  public let logits: Tensor
  /// What the attack maximises, `[N]`; -inf where a logit is not finite.
  public let loss: Tensor
  /// Whether the victim's criterion is met, `bool[N]`: by default another logit exceeds the label's, or the target's exceeds
  /// all others, strictly and among finite logits.
  public let hasFallen: Tensor
  /// Whether every logit is finite, `bool[N]`.
  public let isFinite: Tensor
  /// The loss as it was computed, `[N]`.
  private let value: Tensor
  private let victim: Victim
  /// The clean images.
  var clean: Tensor { victim.images }
  /// The first gradient that was asked for.
  let slopes = SlopeRecorder()

  /// Asks at a point.
  init(at images: Tensor, _ logits: Tensor, _ victim: Victim, maximising objective: any AttackLoss) {
    let largest = Double(Float.greatestFiniteMagnitude)
    isFinite = (logits.absolute() .<= largest).cast(to: .float32).minimum(over: [1]) .> 0
    hasFallen =
      victim.criterion.isMet(
        logits, victim.targets ?? victim.labels, isTargeted: victim.targets != nil) && isFinite
    value = victim.value(of: objective, logits: logits)
    loss = isFinite.select(value, logits.scope.full(value.shape, -.infinity))
    (self.images, self.logits, self.victim) = (images, logits, victim)
  }

  /// The direction in which the attack's loss grows fastest; each sample's depends on that sample alone.
  ///
  /// An infinite derivative counts as the largest finite number of its sign, and one that is NaN as 0, so that no point
  /// visited is NaN.
  ///
  /// - Returns: The type of the images.
  /// - Complexity: One backward pass, without derivatives of parameters.
  public func gradient(fileID: StaticString = #fileID, line: UInt = #line) -> Tensor {
    slopes.recorded(value.gradient(withRespectTo: images, fileID: fileID, line: line))
  }

  /// The direction in which another loss grows fastest.
  ///
  /// - Complexity: One backward pass.
  public func gradient(
    of loss: some AttackLoss, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let value = victim.value(of: loss, logits: logits)
    return slopes.recorded(value.gradient(withRespectTo: images, fileID: fileID, line: line))
  }
}

/// Remembers the first gradient that is taken at a point, for flags.
final class SlopeRecorder {
  private(set) var first: (usable: Tensor, slope: Tensor)?

  /// A slope with numbers in place of what is not finite.
  func recorded(_ slope: Tensor) -> Tensor {
    let usable = slope.usableSlope
    first = first ?? (usable, slope)
    return usable
  }
}
