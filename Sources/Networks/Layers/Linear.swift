public import Compute

/// An affine map of the last axis; `torch.nn.Linear`.
///
/// Parameters: `weight` `[features, I]` and, if asked for, `bias` `[features]`.
public struct Linear: Layer, Hashable {
  /// Numbers of the result.
  public var features: Int
  /// Whether a number is added to each feature.
  public var hasBias: Bool
  /// How the weight starts.
  public var initializer: Initializer
  /// How the bias starts; as in PyTorch when nil.
  public var biasInitializer: Initializer?

  /// Makes a map to so many features; those of the input are read off it.
  public init(
    _ features: Int, hasBias: Bool = true, initializer: Initializer = .standardWeight,
    biasInitializer: Initializer? = nil
  ) {
    self.features = features
    self.hasBias = hasBias
    self.initializer = initializer
    self.biasInitializer = biasInitializer
  }

  /// `[..., features]` for `[..., I]`.
  public func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor {
    guard input.rank >= 1, features >= 1 else {
      return scope.refuse(
        input, "a linear map to \(features) features needs an input [..., I] and 1 feature or more")
    }
    let inputs = input.shape[input.rank - 1]
    let weight = scope.parameter("weight", [features, inputs], initializer)
    guard hasBias else { return input.linear(LinearWeights(weight)) }
    let start = biasInitializer ?? .standardBias(fanIn: inputs)
    return input.linear(LinearWeights(weight, bias: scope.parameter("bias", [features], start)))
  }
}
