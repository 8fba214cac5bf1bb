public import Compute

/// The last axis of each sample normalised, then scaled and shifted element by element; `torch.nn.LayerNorm`.
///
/// Ba, Kiros and Hinton, "Layer normalization", 2016. Parameters: `weight` and `bias`, `[C]`.
public struct LayerNormalization: Layer, Hashable {
  /// Added to the variance.
  public var epsilon: Double

  /// Makes a normalisation.
  public init(epsilon: Double = 1e-5) { self.epsilon = epsilon }

  /// The type of the input, `[..., C]`.
  public func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor {
    guard input.rank >= 1 else { return scope.refuse(input, "a layer normalisation needs [..., C]") }
    let features: Shape = [input.shape[input.rank - 1]]
    let weight = scope.parameter("weight", features, .ones)
    let bias = scope.parameter("bias", features, .zeros)
    return input.layerNormalized(scale: weight, shift: bias, epsilon: epsilon)
  }
}
