public import Compute

/// A network that is known by name, for any number of classes.
///
/// To add one, write its layer in a file of this folder and add a line to ``all``.
public struct Architecture: Sendable {
  /// The name on the command line and in reports, in lower case.
  public let name: String
  /// The shape of one image it is usually trained on.
  public let input: Shape
  /// The network for a number of classes.
  public let network: @Sendable (_ classes: Int) -> any Layer

  /// Every architecture of this library.
  public static let all = [
    Architecture("mlp", [1, 28, 28]) { MultilayerPerceptron(classes: $0) },
    Architecture("lenet5", [1, 28, 28]) { LeNet5(classes: $0) },
    Architecture("cnn6", [3, 32, 32]) { SixLayerCNN(classes: $0) },
    Architecture("resnet20", [3, 32, 32]) { CIFARResNet(depth: 20, classes: $0) },
    Architecture("resnet32", [3, 32, 32]) { CIFARResNet(depth: 32, classes: $0) },
    Architecture("resnet56", [3, 32, 32]) { CIFARResNet(depth: 56, classes: $0) },
    Architecture("resnet18", [3, 32, 32]) { ResNet18(classes: $0) },
    Architecture("wrn-28-10", [3, 32, 32]) { WideResNet(depth: 28, width: 10, classes: $0) },
    Architecture("vit-tiny", [3, 32, 32]) { VisionTransformer(classes: $0) },
  ]

  /// The architecture of this name.
  public static func named(_ name: String) -> Architecture? { all.first { $0.name == name } }

  private init(_ name: String, _ input: Shape, _ network: @escaping @Sendable (Int) -> any Layer) {
    self.name = name
    self.input = input
    self.network = network
  }

  /// A model with first values for its parameters.
  ///
  /// - Parameter input: The shape of one image; the usual one when nil.
  /// - Throws: `GraphError` or ``LayerError`` where images of this shape do not fit.
  public func model(classes: Int, input: Shape? = nil, seed: UInt64) throws -> Model {
    try Model(network(classes), input: input ?? self.input, seed: seed)
  }
}
