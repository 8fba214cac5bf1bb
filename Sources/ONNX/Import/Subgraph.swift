internal import ArrayFiles

/// A graph that an attribute holds: a branch of an `If`, the body of a `Loop` or a `Scan`.
///
/// The names of its values are unique in the whole model, so that passes through it may write over those of the last.
struct Subgraph: Sendable {
  let inputs: [String]
  let outputs: [String]
  /// The nodes in an order in which they can be computed.
  var nodes: [ImportedNode]
  /// The names of values from outside that it reads.
  let captures: [String]

  init(inputs: [String], outputs: [String], nodes: [ImportedNode], path: String) throws(FileError) {
    self.inputs = inputs
    self.outputs = outputs
    let own = Set(inputs).union(nodes.flatMap(\.outputs))
    let read = nodes.flatMap(\.dependencies) + outputs
    captures = Set(read.filter { !$0.isEmpty && !own.contains($0) }).sorted()
    self.nodes = try NodeOrder(nodes, given: inputs + captures, path: path).sorted()
  }
}

extension ImportedNode {
  /// The node, and those of its subgraphs.
  var withSubgraphs: [ImportedNode] {
    subgraphs.isEmpty ? [self] : [self] + contents.flatMap(\.withSubgraphs)
  }

  /// The node, and those that are computed wherever it is; not the branches of an `If`, of which one is left out.
  var certain: [ImportedNode] {
    subgraphs.isEmpty || ControlFlow(self) == .branch ? [self] : [self] + contents.flatMap(\.certain)
  }

  private var contents: [ImportedNode] { subgraphs.sorted { $0.key < $1.key }.flatMap(\.value.nodes) }
}

extension FunctionInliner {
  /// The graphs that the attributes of a node hold, with functions replaced.
  mutating func subgraphs(
    of node: NodeProto, _ versions: [String: Int], depth: Int
  ) throws(FileError) -> [String: Subgraph] {
    var found: [String: Subgraph] = [:]
    for attribute in node.attribute where attribute.hasG {
      let graph = attribute.g
      found[attribute.name] = try Subgraph(
        inputs: graph.input.map(\.name), outputs: graph.output.map(\.name),
        nodes: try inlined(graph.node, versions, depth: depth), path: path)
    }
    return found
  }
}
