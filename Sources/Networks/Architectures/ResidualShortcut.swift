public import Compute

/// What stands beside a residual block that changes the shape.
///
/// He et al., "Deep residual learning for image recognition", 2016, section 3.3.
public enum ResidualShortcut: String, Hashable, Sendable, Codable {
  /// Option A: every second row and column, and channels of zeros, half of them in front; no parameters.
  case padding
  /// Option B: a 1x1 convolution and a batch normalisation.
  case projection

  /// The input as a block with so many channels needs it; the input itself where its shape stays.
  public func callAsFunction(_ input: Tensor, channels: Int, stride: Int, _ scope: NetworkScope) -> Tensor {
    guard input.rank == 4 else { return scope.refuse(input, "a shortcut needs images [N, C, H, W]") }
    let missing = channels - input.shape[1]
    if stride == 1, missing == 0 { return input }
    switch self {
    case .padding:
      guard missing >= 0 else {
        return scope.refuse(
          input, "a padded shortcut to \(channels) channels needs as many channels or fewer")
      }
      return input.everyOther(stride).padded(
        low: [0, missing / 2, 0, 0], high: [0, missing - missing / 2, 0, 0])
    case .projection:
      let convolution = Convolution(
        channels, kernel: 1, stride: stride, hasBias: false, initializer: .kaimingNormal(.output))
      return BatchNormalization()(convolution(input, scope["0"]), scope["1"])
    }
  }
}

extension Tensor {
  /// Every `stride`-th row and column of images, from the first.
  fileprivate func everyOther(_ stride: Int) -> Tensor {
    [2, 3].reduce(self) { images, axis in
      let count = (images.shape[axis] + stride - 1) / stride
      return images.sliced(axis: axis, from: 0, count: count, step: stride)
    }
  }
}
