internal import Compute

/// What an operator is told that works otherwise while a model is trained.
struct TrainingContext {
  /// Records the next value of a running statistic.
  let update: (_ statistic: Tensor, _ next: Tensor) -> Void
}
