public import Compute

/// LeNet-5 as it is used today: ReLU, the largest of each window, no sparse connections.
///
/// LeCun et al., "Gradient-based learning applied to document recognition", 1998, figure 2, has 5x5 convolutions to 6
/// and 16 channels, each with a 2x2 pooling behind, and linear layers of 120, 84 and 10. There, activations are
/// hyperbolic tangents, poolings are trainable means, the second convolution sees chosen channels only and the last
/// layer measures distances. The 32 by 32 input of the paper is a 28 by 28 image here, padded by 2.
/// Parameters are named `conv1`, `conv2`, `fc1`, `fc2`, `fc3`.
public struct LeNet5: Layer, Hashable {
  /// Classes to tell apart.
  public var classes: Int

  /// Makes a network.
  public init(classes: Int = 10) { self.classes = classes }

  /// Logits `[N, classes]` of images `[N, C, H, W]`.
  public func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor {
    let first = Activation.relu(Convolution(6, kernel: 5, padding: 2)(input, scope["conv1"]))
    let second = Activation.relu(Convolution(16, kernel: 5)(MaxPool(2)(first, scope), scope["conv2"]))
    let features = Flatten()(MaxPool(2)(second, scope), scope)
    let third = Activation.relu(Linear(120)(features, scope["fc1"]))
    let fourth = Activation.relu(Linear(84)(third, scope["fc2"]))
    return Linear(classes)(fourth, scope["fc3"])
  }
}
