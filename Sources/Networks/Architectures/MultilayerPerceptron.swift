public import Compute

/// Linear layers with an activation between them, on flattened images.
///
/// Parameters are named by the number of the linear layer: `layers.0.weight`, `layers.0.bias`, ....
public struct MultilayerPerceptron: Layer, Hashable {
  /// Numbers of each hidden layer; none for an affine classifier.
  public var hidden: [Int]
  /// Classes to tell apart.
  public var classes: Int
  /// The function between the layers.
  public var activation: Activation

  /// Makes a network.
  public init(hidden: [Int] = [256, 256], classes: Int = 10, activation: Activation = .relu) {
    self.hidden = hidden
    self.classes = classes
    self.activation = activation
  }

  /// Logits `[N, classes]` of inputs `[N, ...]`.
  public func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor {
    let layers = scope["layers"]
    let features = hidden.indices.reduce(Flatten()(input, scope)) { features, index in
      activation(Linear(hidden[index], initializer: .kaimingNormal())(features, layers["\(index)"]))
    }
    return Linear(classes)(features, layers["\(hidden.count)"])
  }
}
