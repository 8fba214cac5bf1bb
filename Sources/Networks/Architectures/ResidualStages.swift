import Compute

/// What residual networks with basic blocks share: a stem, stages of blocks, pooling, a linear layer.
struct ResidualStages: Layer {
  /// Channels and number of blocks of each stage; all but the first halve the image.
  let stages: [(channels: Int, blocks: Int)]
  let classes: Int
  let shortcut: ResidualShortcut

  func callAsFunction(_ images: Tensor, _ scope: NetworkScope) -> Tensor {
    let stem = ConvolutionBlock(channels: stages[0].channels, stride: 1)
    var features = Activation.relu(stem(images, scope, number: 1))
    for (index, stage) in stages.enumerated() {
      for block in 0..<stage.blocks {
        let stride = index > 0 && block == 0 ? 2 : 1
        features = BasicBlock(channels: stage.channels, stride: stride, shortcut: shortcut)(
          features, scope["layer\(index + 1)"]["\(block)"])
      }
    }
    return Linear(classes)(GlobalAveragePool()(features, scope), scope["fc"])
  }
}

/// A 3x3 convolution without bias and the normalisation behind it.
struct ConvolutionBlock {
  let channels: Int
  let stride: Int

  /// Parameters are found in `scope` under "conv" and "bn" followed by the number.
  func callAsFunction(_ input: Tensor, _ scope: NetworkScope, number: Int) -> Tensor {
    let convolution = Convolution(
      channels, kernel: 3, stride: stride, padding: 1, hasBias: false, initializer: .kaimingNormal(.output))
    return BatchNormalization()(convolution(input, scope["conv\(number)"]), scope["bn\(number)"])
  }
}

/// Two 3x3 convolutions beside a shortcut: relu(shortcut(x) + bn(conv(relu(bn(conv(x)))))).
struct BasicBlock: Layer {
  let channels: Int
  let stride: Int
  let shortcut: ResidualShortcut

  func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor {
    let first = Activation.relu(ConvolutionBlock(channels: channels, stride: stride)(input, scope, number: 1))
    let second = ConvolutionBlock(channels: channels, stride: 1)(first, scope, number: 2)
    let base = shortcut(input, channels: channels, stride: stride, scope["downsample"])
    return Activation.relu(second + base)
  }
}
