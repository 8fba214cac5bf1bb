public import ArrayFiles
internal import Compute
public import Networks

extension ONNXModel {
  /// The network, to be bound in a graph and applied to any batch.
  ///
  /// Stored floating-point numbers become its parameters under their names, but those that no derivative reaches, such
  /// as the bounds of a clip. A model whose inputs all have one sample takes any number: samples are mapped over.
  ///
  /// - Throws: `FileError` that lists every node that is not supported, with its operator, name and operator set.
  public func model() throws -> Model { try model(given: [:]) }

  /// The network for these inputs and no others: shapes of its values may depend on the numbers it is given, such as
  /// the input of a model that says how another one is reshaped.
  ///
  /// - Parameter values: As many as the model has ``inputs``, in their order.
  /// - Throws: `FileError` as ``model()`` does, and for inputs of another number or type.
  public func model(for values: [StoredArray]) throws -> Model {
    guard values.count == inputs.count else {
      let names = inputs.map { "'\($0.name)'" }.joined(separator: ", ")
      throw FileError(
        path, "the model takes \(inputs.count) inputs (\(names)), and was given \(values.count)")
    }
    for (port, value) in zip(inputs, values) where port.element != value.element {
      throw FileError(
        path, at: "input '\(port.name)'",
        "the model takes \(port), and was given \(value.element.rawValue)\(value.shape)")
    }
    return try model(given: Dictionary(zip(inputs.map(\.name), values)) { first, _ in first })
  }

  private func model(given: [String: StoredArray]) throws -> Model {
    let unsupported = unsupported
    guard unsupported.isEmpty else {
      let count = unsupported.count == 1 ? "1 node is" : "\(unsupported.count) nodes are"
      throw FileError(
        path, "\(count) not supported: " + unsupported.map(\.description).joined(separator: "; "))
    }
    let parameters = try ParameterCatalog(graph).parameters
    let names = Set(parameters.map(\.name))
    let application = try ModelApplication(graph, path: path, parameters: names, given: given)
    let outputs =
      declaresOutputs
      ? application.outputs : application.outputs(OutputShapes(application, parameters: parameters))
    return Model(inputs: application.inputs, outputs: outputs, parameters: parameters) {
      try application($0, $1)
    }
  }

  /// Whether the file says how many elements lie along each axis of the outputs, but the first.
  private var declaresOutputs: Bool {
    outputs.allSatisfy { $0.extents?.dropFirst().allSatisfy { $0.count != nil } == true }
  }
}
