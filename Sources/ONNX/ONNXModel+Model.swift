internal import ArrayFiles
internal import Compute
public import Networks

extension ONNXModel {
  /// The network, to be bound in a graph and applied to any batch.
  ///
  /// Stored floating-point numbers become its parameters under their names, but those that no derivative reaches, such
  /// as the bounds of a clip. A model whose inputs all have one sample takes any number: samples are mapped over.
  ///
  /// - Throws: `FileError` that lists every node that is not supported, with its operator, name and operator set.
  public func model() throws -> Model {
    let unsupported = unsupported
    guard unsupported.isEmpty else {
      let count = unsupported.count == 1 ? "1 node is" : "\(unsupported.count) nodes are"
      throw FileError(
        path, "\(count) not supported: " + unsupported.map(\.description).joined(separator: "; "))
    }
    let parameters = try ParameterCatalog(graph).parameters
    let names = Set(parameters.map(\.name))
    let application = try ModelApplication(graph, path: path, parameters: names)
    return Model(inputs: application.inputs, outputs: application.outputs, parameters: parameters) {
      try application($0, $1)
    }
  }
}
