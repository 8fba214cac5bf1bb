public import Compute

/// Pixels of 0...1 brought to mean 0 and deviation 1 inside the model, channel by channel.
///
/// Being a part of the model, it leaves budgets in units of pixels. Its numbers are constants, not parameters.
public struct InputNormalization: Layer, Hashable {
  /// What is subtracted from each channel.
  public var mean: [Double]
  /// What each channel is divided by, more than 0.
  public var deviation: [Double]

  /// Makes a normalisation by these statistics, one number a channel.
  public init(mean: [Double], deviation: [Double]) {
    self.mean = mean
    self.deviation = deviation
  }

  /// The statistics of CIFAR-10's training images.
  public static let cifar10 = InputNormalization(
    mean: [0.4914, 0.4822, 0.4465], deviation: [0.2470, 0.2435, 0.2616])
  /// The statistics of MNIST's training images.
  public static let mnist = InputNormalization(mean: [0.1307], deviation: [0.3081])

  /// The type of the images, `[N, C, H, W]`.
  public func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor {
    guard input.rank == 4, mean.count == input.shape[1], deviation.count == mean.count,
      deviation.allSatisfy({ $0 > 0 })
    else {
      return scope.refuse(
        input,
        "a normalisation by \(mean.count) means and \(deviation.count) deviations needs images [N, C, H, W] with one "
          + "of each for every channel, deviations above 0")
    }
    // A factor, not a divisor: then it can be multiplied into the convolution behind.
    return (input - channels(mean, input)) * channels(deviation.map { 1 / $0 }, input)
  }

  private func channels(_ numbers: [Double], _ input: Tensor) -> Tensor {
    input.scope.constant(HostArray([1, numbers.count, 1, 1], numbers.map { Float($0) }))
  }
}
