public import Compute

/// The first residual networks for small images: ResNet-20, 32, 44, 56, 110.
///
/// He et al., "Deep residual learning for image recognition", 2016, section 4.2: a 3x3 convolution, three stages of
/// (depth - 2) / 6 blocks with 16, 32 and 64 channels, the second and third starting with stride 2, global average
/// pooling and a linear layer. Parameters are named as in torchvision: `conv1`, `bn1`, `layer1.0.conv1`, ..., `fc`.
public struct CIFARResNet: Layer, Hashable {
  /// Layers with weights along the longest path: 6 n + 2.
  public var depth: Int
  /// Classes to tell apart.
  public var classes: Int
  /// What stands beside a block that changes the shape; the paper has ``ResidualShortcut/padding`` here.
  public var shortcut: ResidualShortcut
  /// What images are normalised by, if anything.
  public var normalization: InputNormalization?

  /// Makes a network.
  public init(
    depth: Int, classes: Int = 10, shortcut: ResidualShortcut = .padding,
    normalization: InputNormalization? = nil
  ) {
    self.depth = depth
    self.classes = classes
    self.shortcut = shortcut
    self.normalization = normalization
  }

  /// Logits `[N, classes]` of images `[N, C, H, W]`.
  public func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor {
    guard depth >= 8, (depth - 2) % 6 == 0 else {
      return scope.refuse(
        input, "a residual network of depth \(depth) needs a depth of 6 n + 2, and images [N, C, H, W]")
    }
    let images = normalization.map { $0(input, scope) } ?? input
    let stages = [16, 32, 64].map { (channels: $0, blocks: (depth - 2) / 6) }
    return ResidualStages(stages: stages, classes: classes, shortcut: shortcut)(images, scope)
  }
}
