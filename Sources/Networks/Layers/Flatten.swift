public import Compute

/// All axes but the first joined into one; `torch.nn.Flatten`.
public struct Flatten: Layer, Hashable {
  /// Makes a flattening.
  public init() {}

  /// `[N, C · H · W]` for `[N, C, H, W]`.
  public func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor {
    guard input.rank >= 1 else { return scope.refuse(input, "a flattening needs [N, ...]") }
    return input.flattened()
  }
}
