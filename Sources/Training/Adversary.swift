public import Compute

/// What changes the images of a step before the step is taken.
///
/// - Parameters:
///   - classifier: From images to logits, in the mode of ``CraftingMode``.
///   - images: The clean images, `[N, ...]`.
///   - labels: Their classes, `int32[N]`.
///   - randomness: Knows the samples by their indices in the data set, and is at the number of the step.
/// - Returns: Images of the same type; no derivative passes through them.
public typealias Adversary =
  @Sendable (
    _ classifier: @escaping (Tensor) -> Tensor, _ images: Tensor, _ labels: Tensor, _ randomness: Randomness
  ) -> Tensor

/// How the network is evaluated while adversarial images are made; the step itself always trains.
public enum CraftingMode: String, Hashable, Sendable, Codable {
  /// With running statistics and without dropout, as TRADES and MART do.
  case inference
  /// With the statistics of the perturbed batch, as fast adversarial training does.
  ///
  /// Those statistics do not count for the running ones, and dropout does nothing: an attack needs one function.
  case training
}
