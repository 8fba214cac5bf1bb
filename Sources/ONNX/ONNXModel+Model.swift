public import ArrayFiles
internal import Compute
public import Networks

extension ONNXModel {
  /// The network, to be bound in a graph and applied to any batch.
  ///
  /// Stored floating-point numbers become its parameters under their names, but those that no derivative reaches, such
  /// as the bounds of a clip. Those that operators take as weights are weights, all others constants that training leaves
  /// alone. In training, batch normalisations follow the statistics of the batch.
  ///
  /// A model whose inputs all have one sample takes any number: samples are mapped over. One that leaves the number open has to
  /// keep samples apart.
  ///
  /// - Parameter allowingMixture: Whether a batch is taken whole even where its samples see each other, as where the first
  ///   axis counts something else. Then results depend on the batch.
  /// - Throws: `FileError` that lists every node that is not supported, with its operator, name and operator set, or
  ///   that names the node that mixes samples.
  public func model(allowingMixture: Bool = false) throws -> Model {
    try model(of: graph, given: [:], allowsMixture: allowingMixture)
  }

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
    return try model(of: graph, given: Dictionary(zip(inputs.map(\.name), values)) { first, _ in first })
  }

  /// The network that a part of the file's graph describes.
  func model(
    of graph: ImportedGraph, given: [String: StoredArray], allowsMixture: Bool = false
  ) throws -> Model {
    try requireSupport(of: graph)
    let parameters = try ParameterCatalog(graph).parameters
    let application = try ModelApplication(
      graph, path: path, parameters: parameters, given: given, allowsMixture: allowsMixture)
    try application.checkSeparation()
    let declares = graph.outputs.allSatisfy { $0.extents?.dropFirst().allSatisfy { $0.count != nil } == true }
    let outputs =
      declares ? application.outputs : application.outputs(OutputShapes(application, parameters: parameters))
    return Model(inputs: application.inputs, outputs: outputs, parameters: parameters) {
      try application($0, $1)
    }
  }

  /// Refuses a graph with nodes that cannot be translated, and lists all of them.
  func requireSupport(of graph: ImportedGraph) throws {
    let names = Set(graph.allNodes.map(\.name))
    let unsupported = unsupported.filter { names.contains($0.name) }
    guard unsupported.isEmpty else {
      let count = unsupported.count == 1 ? "1 node is" : "\(unsupported.count) nodes are"
      throw FileError(
        path, "\(count) not supported: " + unsupported.map(\.description).joined(separator: "; "))
    }
  }
}
