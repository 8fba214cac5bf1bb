internal import ArrayFiles
internal import Networks

/// The graph of a model after it was read and checked: every name that is used is defined once, before it is used.
struct ImportedGraph: Sendable {
  let inputs: [ONNXModel.Port]
  let outputs: [ONNXModel.Port]
  /// The stored values by name.
  let initializers: [String: StoredArray]
  /// The nodes in an order in which they can be computed.
  let nodes: [ImportedNode]
  /// What stored values are for, where the file says so.
  let roles: [String: Parameter.Role]

  /// The nodes with those of their subgraphs behind them.
  var allNodes: [ImportedNode] { nodes.flatMap(\.withSubgraphs) }
}

extension ImportedGraph {
  /// Reads the graph of `model`.
  ///
  /// - Parameters:
  ///   - path: The file, for errors.
  ///   - folder: Where external data lies.
  init(_ model: ModelProto, path: String, folder: ModelFolder?, versions: [String: Int]) throws(FileError) {
    guard model.hasGraph else { throw FileError(path, "the model has no graph; the file may be cut short") }
    let graph = model.graph
    guard graph.sparseInitializer.isEmpty else {
      throw FileError(path, "sparse initializers are not supported; store the model with dense ones")
    }
    var stored = try Self.initializers(graph, path, folder)
    let names = Set(stored.keys)
    inputs = try graph.input.filter { !names.contains($0.name) }
      .map { port throws(FileError) in try ONNXModel.Port(port, "input", path) }
    outputs = try graph.output.map { port throws(FileError) in try ONNXModel.Port(port, "output", path) }
    guard !outputs.isEmpty else {
      throw FileError(path, "the model has no outputs; the file may be cut short")
    }
    var inliner = FunctionInliner(model.functions, versions: versions, path: path, folder: folder)
    let order = NodeOrder(
      try inliner.inlined(graph.node), given: inputs.map(\.name) + stored.keys.sorted(), path: path)
    let sorted = try order.sorted()
    try order.check(outputs: outputs.map(\.name))
    roles = Parameter.Role.read(model.metadataProps)
    nodes = ConstantWeights.lifted(from: sorted, into: &stored, roles)
    initializers = stored
    try checkNumbers(path)
  }

  private static func initializers(
    _ graph: GraphProto, _ path: String, _ folder: ModelFolder?
  ) throws(FileError) -> [String: StoredArray] {
    var found: [String: StoredArray] = [:]
    for (index, proto) in graph.initializer.enumerated() {
      let place = "initializer " + (proto.name.isEmpty ? "\(index)" : "'\(proto.name)'")
      do {
        guard !proto.name.isEmpty else { throw ImportError("it has no name") }
        let value = try StoredArray(proto, folder: folder)
        guard found.updateValue(value, forKey: proto.name) == nil else {
          throw ImportError("another one has the same name")
        }
      } catch {
        throw FileError(path, at: place, "\(error)")
      }
    }
    return found
  }

  /// Refuses numbers that no trained weight has, in what is read: NaN anywhere, and infinities in what is no constant.
  private func checkNumbers(_ path: String) throws(FileError) {
    let found = ParameterRoles(self).roles
    let read = needed(for: outputs.map(\.name))
    for (name, value) in initializers.sorted(by: { $0.key < $1.key }) where read.contains(name) {
      do {
        try value.checkFinite(allowingInfinity: found[name, default: .constant] == .constant)
      } catch {
        throw FileError(path, at: "initializer '\(name)'", "\(error)")
      }
    }
  }
}
