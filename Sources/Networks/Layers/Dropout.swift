public import Compute

/// In training, elements set to 0 at random and the others made larger to keep the mean; `torch.nn.Dropout`.
///
/// Srivastava et al., "Dropout", 2014, in the inverted form: inference does nothing. What is dropped for a sample
/// depends on the sample's index and the randomness of ``NetworkMode/training(randomness:)``, not on its neighbours.
public struct Dropout: Layer, Hashable {
  /// The share of elements that are dropped, in 0..<1.
  public var rate: Double

  /// Makes a dropout.
  public init(_ rate: Double = 0.5) { self.rate = rate }

  /// The type of the input, `[N, ...]`.
  public func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor {
    guard rate >= 0, rate < 1, input.rank >= 1 else {
      return scope.refuse(input, "a dropout of \(rate) needs a rate in 0..<1 and an input [N, ...]")
    }
    guard rate > 0, let randomness = scope.freshRandomness() else { return input }
    let draws = randomness.uniform(Shape(Array(input.shape.extents.dropFirst())))
    return (draws .>= rate).select(input * (1 / (1 - rate)), input.zeros)
  }
}
