public import Compute

/// A part of a network: hyperparameters as a plain value, parameters named while tracing.
public protocol Layer: Sendable {
  /// The output for `input`, with parameters from `scope`.
  func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor
}
