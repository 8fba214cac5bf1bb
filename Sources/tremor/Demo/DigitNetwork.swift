import Compute

/// A convolutional network for the embedded digits: three convolutions, one pooling, one linear layer.
struct DigitNetwork {
  /// A parameter: its name, extents, and how many inputs each of its outputs sees.
  struct Parameter: Sendable {
    let name: String
    let shape: Shape
    let fanIn: Int
  }

  /// The parameters, in the order of their use; biases start at 0.
  static let parameters: [Parameter] = [
    convolution("first", from: 1, to: 16), convolution("second", from: 16, to: 32),
    convolution("third", from: 32, to: 32),
    [
      Parameter(name: "last.weight", shape: [10, 32 * 4 * 4], fanIn: 32 * 4 * 4),
      Parameter(name: "last.bias", shape: [10], fanIn: 0),
    ],
  ].flatMap { $0 }

  private static func convolution(_ name: String, from inputs: Int, to outputs: Int) -> [Parameter] {
    [
      Parameter(name: "\(name).weight", shape: [outputs, inputs, 3, 3], fanIn: inputs * 9),
      Parameter(name: "\(name).bias", shape: [outputs], fanIn: 0),
    ]
  }

  /// The symbols of the parameters, in the order of ``parameters``.
  let weights: [Tensor]

  /// Declares the parameters.
  init(_ scope: Scope) { weights = Self.parameters.map { scope.parameter($0.name, $0.shape) } }

  /// Logits `[N, 10]` of images `[N, 1, 8, 8]`.
  func callAsFunction(_ images: Tensor) -> Tensor {
    let first = convolved(images, layer: 0).relu()
    let second = convolved(first, layer: 1).relu().maxPooled(WindowGeometry([2, 2]))
    let third = convolved(second, layer: 2).relu()
    return third.flattened().linear(LinearWeights(weights[6], bias: weights[7]))
  }

  private func convolved(_ images: Tensor, layer: Int) -> Tensor {
    let bias = weights[2 * layer + 1]
    return images.convolved(weights[2 * layer], padding: 1) + bias.reshaped([1, bias.shape[0], 1, 1])
  }

  /// Initial values by He et al., "Delving deep into rectifiers", 2015: normal, of variance 2 over the
  /// fan-in.
  static func initialValues(_ generator: inout HostGenerator) -> [String: HostArray] {
    var values: [String: HostArray] = [:]
    for parameter in parameters {
      let deviation = parameter.fanIn == 0 ? 0 : (2 / Double(parameter.fanIn)).squareRoot()
      values[parameter.name] = HostArray(
        parameter.shape, (0..<parameter.shape.count).map { _ in Float(generator.normal() * deviation) })
    }
    return values
  }
}
