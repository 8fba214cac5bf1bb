import Compute
import ComputeTestSupport
import Testing

@testable import Networks

/// A small instance of an architecture, for checks that compute in double precision.
struct SmallNetwork: CustomTestStringConvertible, Sendable {
  let name: String
  let network: any Layer
  let input: Shape

  var testDescription: String { name }

  static let all = [
    SmallNetwork(name: "perceptron", network: MultilayerPerceptron(hidden: [20, 12]), input: [1, 6, 6]),
    SmallNetwork(name: "LeNet-5", network: LeNet5(), input: [1, 16, 16]),
    SmallNetwork(name: "six layers", network: SixLayerCNN(), input: [3, 8, 8]),
    SmallNetwork(name: "residual, padded", network: CIFARResNet(depth: 8), input: [3, 8, 8]),
    SmallNetwork(
      name: "residual, projected",
      network: CIFARResNet(depth: 8, shortcut: .projection, normalization: .cifar10), input: [3, 8, 8]),
    SmallNetwork(
      name: "four stages",
      network: ResidualStages(
        stages: [4, 8, 8, 16].map { (channels: $0, blocks: 2) }, classes: 5, shortcut: .projection),
      input: [3, 8, 8]),
    SmallNetwork(name: "wide residual", network: WideResNet(depth: 10, width: 1), input: [3, 8, 8]),
    SmallNetwork(
      name: "vision transformer", network: VisionTransformer(width: 12, depth: 2), input: [3, 8, 8]),
    SmallNetwork(name: "every layer", network: everyLayer, input: [4, 9, 9]),
  ]

  /// What the architectures leave out.
  static let everyLayer = Sequential(
    Convolution(8, kernel: 3, stride: 2, padding: 2, dilation: 2, groups: 2), Activation.silu,
    MaxPool(3, stride: 2, padding: 1),
    Residual(Convolution(6, kernel: 3, padding: 1), shortcut: Convolution(6, kernel: 1, hasBias: false)),
    Activation.leakyRelu(), Residual(Activation.hardSwish), AveragePool(2, stride: 1, padding: 1),
    Dropout(0.3), Flatten(), LayerNormalization(), Linear(7, hasBias: false), Activation.gelu(.tanh))

  /// The model, with statistics that a training might have left.
  func model(seed: UInt64 = 3) throws -> Model {
    let model = try Model(network, input: input, seed: seed)
    var generator = SeededGenerator(seed: seed)
    var values: [String: HostArray] = [:]
    for parameter in model.parameters where parameter.role == .statistic {
      let range = parameter.name.hasSuffix("var") ? 0.5...1.5 : -0.5...0.5
      values[parameter.name] = HostArray(
        parameter.value.shape,
        (0..<parameter.value.shape.count).map { _ in Float(generator.number(in: range)) })
    }
    return try model.with(values)
  }

  /// Random pixels in 0...1.
  func images(_ count: Int, seed: UInt64 = 5) -> HostArray {
    var generator = SeededGenerator(seed: seed)
    let shape = Shape([count] + input.extents)
    return HostArray(shape, (0..<shape.count).map { _ in Float(generator.number(in: 0...1)) })
  }
}
