public import Compute

/// Each channel normalised: by the statistics of the batch in training, by running ones in inference.
///
/// Ioffe and Szegedy, "Batch normalization", 2015; `torch.nn.BatchNorm2d` and its kin. Parameters, all `[C]`, by
/// PyTorch's names: `weight`, `bias`, and the statistics `running_mean` and `running_var`. The count of batches that
/// PyTorch keeps beside them is not kept.
public struct BatchNormalization: Layer, Hashable {
  /// Added to the variance.
  public var epsilon: Double
  /// The weight of a batch in the running statistics, in 0...1.
  public var momentum: Double
  /// How the scale starts; 0 makes a residual branch start as nothing.
  public var scale: Initializer

  /// Makes a normalisation; the defaults are those of PyTorch.
  public init(epsilon: Double = 1e-5, momentum: Double = 0.1, scale: Initializer = .ones) {
    self.epsilon = epsilon
    self.momentum = momentum
    self.scale = scale
  }

  /// The type of the input, `[N, C, ...]`.
  ///
  /// In training, the next running statistics are recorded in `scope`.
  public func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor {
    guard input.rank >= 2 else { return scope.refuse(input, "a batch normalisation needs [N, C, ...]") }
    let channels: Shape = [input.shape[1]]
    let weight = scope.parameter("weight", channels, scale)
    let bias = scope.parameter("bias", channels, .zeros)
    let mean = scope.parameter(Self.mean, channels, .zeros, role: .statistic)
    let variance = scope.parameter(Self.variance, channels, .ones, role: .statistic)
    guard case .training = scope.mode else {
      return input.batchNormalized(
        scale: weight, shift: bias, mean: mean, variance: variance, epsilon: epsilon)
    }
    let (output, statistics) = input.batchNormalizedInTraining(scale: weight, shift: bias, epsilon: epsilon)
    let next = statistics.updating(mean: mean, variance: variance, momentum: momentum)
    scope.update(Self.mean, with: next.mean)
    scope.update(Self.variance, with: next.variance)
    return output
  }

  private static let mean = "running_mean"
  private static let variance = "running_var"
}
