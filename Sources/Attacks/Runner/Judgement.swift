internal import Compute

/// What a classifier's answer at a point means for an attack, for each sample of `[N]`.
struct Judgement {
  /// What the attack maximises; -inf where a logit is not finite.
  let loss: Tensor
  /// Whether another logit exceeds the label's, or the target's exceeds all others, strictly and among finite
  /// logits.
  let hasFallen: Tensor
  /// Whether every logit is finite.
  let isFinite: Tensor

  init(_ logits: Tensor, _ victim: Victim, _ objective: any AttackLoss) {
    let classes = logits.shape[1]
    let largest = Double(Float.greatestFiniteMagnitude)
    isFinite = (logits.absolute() .<= largest).cast(to: .float32).minimum(over: [1]) .> 0
    let wanted = victim.targets ?? victim.labels
    let isWanted = wanted.oneHot(classes) .> 0
    let own = isWanted.select(logits, logits.zeros).sum([1])
    let lowest = logits.scope.full(logits.shape, -largest)
    let other = isWanted.select(lowest, logits).maximum(over: [1])
    hasFallen = (victim.targets == nil ? other .> own : own .> other) && isFinite
    let value = victim.value(of: objective, logits: logits)
    loss = isFinite.select(value, logits.scope.full(value.shape, -.infinity))
  }
}
