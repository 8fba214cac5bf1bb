public import Compute

/// A wide residual network, WRN-depth-width, with normalisation and activation in front of each convolution.
///
/// Zagoruyko and Komodakis, "Wide residual networks", 2016: a 3x3 convolution to 16 channels, three stages of
/// (depth - 4) / 6 blocks with 16, 32 and 64 channels times the width, global average pooling and a linear layer.
/// Parameters are named as in the usual PyTorch implementation: `conv1`, `block1.layer.0.bn1`, ..., `bn1`, `fc`.
public struct WideResNet: Layer, Hashable {
  /// Layers with weights along the longest path, with projections: 6 n + 4.
  public var depth: Int
  /// What the channels are multiplied by.
  public var width: Int
  /// Classes to tell apart.
  public var classes: Int
  /// The share of elements dropped between the convolutions of a block, in 0..<1.
  public var dropout: Double
  /// What images are normalised by, if anything.
  public var normalization: InputNormalization?

  /// Makes a network.
  public init(
    depth: Int = 28, width: Int = 10, classes: Int = 10, dropout: Double = 0,
    normalization: InputNormalization? = nil
  ) {
    self.depth = depth
    self.width = width
    self.classes = classes
    self.dropout = dropout
    self.normalization = normalization
  }

  /// Logits `[N, classes]` of images `[N, C, H, W]`.
  public func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor {
    guard depth >= 10, (depth - 4) % 6 == 0, width >= 1 else {
      return scope.refuse(
        input, "WRN-\(depth)-\(width) needs a depth of 6 n + 4, a width of 1 or more, and images [N, C, H, W]"
      )
    }
    let images = normalization.map { $0(input, scope) } ?? input
    var features = PreactivationBlock.convolution(16)(images, scope["conv1"])
    for stage in 0..<3 {
      for index in 0..<(depth - 4) / 6 {
        let block = PreactivationBlock(
          channels: (16 << stage) * width, stride: stage > 0 && index == 0 ? 2 : 1, dropout: dropout)
        features = block(features, scope["block\(stage + 1)"]["layer"]["\(index)"])
      }
    }
    let last = Activation.relu(BatchNormalization()(features, scope["bn1"]))
    return Linear(classes, biasInitializer: .zeros)(GlobalAveragePool()(last, scope), scope["fc"])
  }
}

/// Two 3x3 convolutions, each behind a normalisation and an activation, beside a shortcut.
///
/// Where the channels change, the shortcut is a 1x1 convolution of what the first activation gives.
struct PreactivationBlock: Layer {
  let channels: Int
  let stride: Int
  let dropout: Double

  func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor {
    guard input.rank == 4 else { return scope.refuse(input, "a residual block needs images [N, C, H, W]") }
    let start = Activation.relu(BatchNormalization()(input, scope["bn1"]))
    let first = Self.convolution(channels, stride: stride)(start, scope["conv1"])
    let middle = Activation.relu(BatchNormalization()(first, scope["bn2"]))
    let second = Self.convolution(channels)(Dropout(dropout)(middle, scope), scope["conv2"])
    if input.shape[1] == channels, stride == 1 { return input + second }
    return Self.convolution(channels, kernel: 1, stride: stride)(start, scope["convShortcut"]) + second
  }

  static func convolution(_ channels: Int, kernel: Int = 3, stride: Int = 1) -> Convolution {
    Convolution(
      channels, kernel: kernel, stride: stride, padding: kernel / 2, hasBias: false,
      initializer: .kaimingNormal(.output))
  }
}
