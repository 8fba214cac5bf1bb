public import Compute

/// Layers one after the other, each in a scope named by its number from 0; `torch.nn.Sequential`.
public struct Sequential: Layer {
  /// The layers in order.
  public var layers: [any Layer]

  /// Puts layers one after the other.
  public init(_ layers: [any Layer]) { self.layers = layers }

  /// Puts layers one after the other.
  public init(_ layers: any Layer...) { self.layers = layers }

  /// What the last layer gives; the input itself where there is none.
  public func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor {
    layers.indices.reduce(input) { layers[$1]($0, scope["\($1)"]) }
  }
}
