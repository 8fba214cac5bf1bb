public import Compute

extension Model {
  /// The name of the input of models made of layers.
  public static let images = "images"
  /// The name of the output of models made of layers.
  public static let logits = "logits"

  /// Makes a classifier of layers, with first values for its parameters.
  ///
  /// The network is traced once, on one sample, to find out which parameters it has. The value of a parameter depends
  /// on the seed and the parameter's name alone.
  ///
  ///     let model = try Model(SixLayerCNN(), input: [3, 32, 32], seed: 0)
  ///
  /// - Parameters:
  ///   - network: From images `[N, input]` to logits `[N, K]`.
  ///   - input: The shape of one sample, as in `[3, 32, 32]`.
  /// - Throws: `GraphError` or ``LayerError`` for a name that is used twice, a layer that does not fit its input, an
  ///   initializer that does not fit its parameter, or an output without a batch axis.
  public init(
    _ network: some Layer, input: Shape, seed: UInt64, fileID: StaticString = #fileID, line: UInt = #line
  ) throws {
    let traced = try network.traced(input: input, fileID: fileID, line: line)
    guard traced.output.shape.extents.first == 1 else {
      throw LayerError("", "the network turns [1, \(input)] into \(traced.output), which has no batch axis")
    }
    let parameters = try traced.parameters.map { declared in
      let value = try declared.initializer.values(declared.shape, name: declared.name, seed: seed)
      return Parameter(declared.name, role: declared.role, value)
    }
    self.init(
      inputs: [Port(Model.images, [nil] + input.extents.map { $0 })],
      outputs: [
        Port(Model.logits, [nil] + traced.output.shape.extents.dropFirst().map { $0 }, traced.output.element)
      ],
      parameters: parameters
    ) { inputs, scope in
      guard inputs.count == 1 else {
        throw LayerError("", "the network takes one input, '\(Model.images)', not \(inputs.count)")
      }
      return [network(inputs[0], scope)]
    }
  }
}
