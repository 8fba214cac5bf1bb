public import Compute

/// Six 3x3 convolutions with batch normalisation and ReLU, global average pooling and a linear layer.
///
/// 32, 32, 64, 64, 128 and 128 channels, stride 2 at the third and the fifth; convolutions have no bias, since the
/// normalisation behind has one. The input is normalised inside.
public struct SixLayerCNN: Layer, Hashable {
  /// Classes to tell apart.
  public var classes: Int
  /// What images are normalised by, if anything.
  public var normalization: InputNormalization?

  /// Makes a network; the default normalisation is that of CIFAR-10.
  public init(classes: Int = 10, normalization: InputNormalization? = .cifar10) {
    self.classes = classes
    self.normalization = normalization
  }

  private static let blocks = [(32, 1), (32, 1), (64, 2), (64, 1), (128, 2), (128, 1)]

  /// Logits `[N, classes]` of images `[N, C, H, W]`.
  public func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor {
    let images = normalization.map { $0(input, scope) } ?? input
    let features = Self.blocks.indices.reduce(images) { features, index in
      let (channels, stride) = Self.blocks[index]
      let block = Sequential(
        Convolution(
          channels, kernel: 3, stride: stride, padding: 1, hasBias: false, initializer: .kaimingNormal()),
        BatchNormalization(), Activation.relu)
      return block(features, scope["features"]["\(index)"])
    }
    return Linear(classes)(GlobalAveragePool()(features, scope), scope["classifier"])
  }
}
