public import Compute

/// A convolution of images by square kernels; `torch.nn.Conv2d`.
///
/// Parameters: `weight` `[channels, C / groups, kernel, kernel]` and, if asked for, `bias` `[channels]`.
public struct Convolution: Layer, Hashable {
  /// Channels of the result.
  public var channels: Int
  /// Rows and columns of the kernels.
  public var kernel: Int
  /// Rows and columns between outputs.
  public var stride: Int
  /// Rows and columns of zeros on every side.
  public var padding: Int
  /// Rows and columns between taps.
  public var dilation: Int
  /// How many groups the channels fall into; each sees only itself.
  public var groups: Int
  /// Whether a number is added to each channel.
  public var hasBias: Bool
  /// How the kernels start; the bias starts as in PyTorch.
  public var initializer: Initializer

  /// Makes a convolution to so many channels; those of the input are read off it.
  public init(
    _ channels: Int, kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1, groups: Int = 1,
    hasBias: Bool = true, initializer: Initializer = .standardWeight
  ) {
    self.channels = channels
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
    self.hasBias = hasBias
    self.initializer = initializer
  }

  /// `[N, channels, OH, OW]` for images `[N, C, H, W]`.
  public func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor {
    guard input.rank == 4, kernel >= 1, groups >= 1, input.shape[1] % groups == 0, channels >= groups,
      channels % groups == 0
    else {
      return scope.refuse(
        input,
        "a \(kernel) by \(kernel) convolution to \(channels) channels in \(groups) groups needs images [N, C, H, W] "
          + "and channels that the groups divide")
    }
    let inputs = input.shape[1] / groups
    let weight = scope.parameter("weight", [channels, inputs, kernel, kernel], initializer)
    let product = input.convolved(
      weight, stride: stride, padding: padding, dilation: dilation, groups: groups)
    guard hasBias else { return product }
    let start = Initializer.standardBias(fanIn: inputs * kernel * kernel)
    return product + scope.parameter("bias", [channels], start).reshaped([1, channels, 1, 1])
  }
}
