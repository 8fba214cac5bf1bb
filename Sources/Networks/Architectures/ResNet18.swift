public import Compute

/// ResNet-18 with a stem for small images: a 3x3 convolution of stride 1 and no pooling in front.
///
/// He et al., "Deep residual learning for image recognition", 2016, table 1, with the stem that is usual for CIFAR-10:
/// four stages of two blocks with 64, 128, 256 and 512 channels, projections where the shape changes. Parameters are
/// named as in torchvision.
public struct ResNet18: Layer, Hashable {
  /// Classes to tell apart.
  public var classes: Int
  /// What images are normalised by, if anything.
  public var normalization: InputNormalization?

  /// Makes a network.
  public init(classes: Int = 10, normalization: InputNormalization? = nil) {
    self.classes = classes
    self.normalization = normalization
  }

  /// Logits `[N, classes]` of images `[N, C, H, W]`.
  public func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor {
    let images = normalization.map { $0(input, scope) } ?? input
    let stages = [64, 128, 256, 512].map { (channels: $0, blocks: 2) }
    return ResidualStages(stages: stages, classes: classes, shortcut: .projection)(images, scope)
  }
}
