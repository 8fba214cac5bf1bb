/// Copies a graph node by node, letting a pass put something else in a node's place.
struct GraphRewriter {
  let graph: Graph
  let builder = GraphBuilder(location: nil)
  private var map: [Tensor?]
  /// Whether anything but a copy stands for some node.
  private(set) var hasChanges = false

  init(_ graph: Graph) {
    self.graph = graph
    map = [Tensor?](repeating: nil, count: graph.nodes.count)
    builder.nodes.reserveCapacity(graph.nodes.count)
  }

  /// What stands for node `id` in the new graph.
  subscript(id: NodeID) -> Tensor {
    guard let tensor = map[id] else { preconditionFailure("node \(id) is read before it is rewritten") }
    return tensor
  }

  /// Whether something stands for node `id` already.
  func hasReplacement(_ id: NodeID) -> Bool { map[id] != nil }

  mutating func replace(_ id: NodeID, by tensor: Tensor) {
    map[id] = tensor
    hasChanges = true
  }

  /// Takes note of what was made as a copy of node `id`.
  mutating func copied(_ id: NodeID, as tensor: Tensor) { map[id] = tensor }

  /// Copies node `id` as it is.
  mutating func copy(_ id: NodeID) {
    let node = graph.nodes[id]
    copied(
      id, as: builder.append(node.kind, node.inputs.map { self[$0].id }, node.types, at: node.location))
  }

  /// The graph that was built, without what it does not need; the old one where everything was copied.
  func finished() -> Graph {
    guard hasChanges else { return graph.pruned() }
    let updates = graph.updates.map { Graph.Update(parameter: $0.parameter, value: self[$0.value].id) }
    return Graph(nodes: builder.nodes, outputs: graph.outputs.map { self[$0].id }, updates: updates).pruned()
  }

  /// The graph that was built; nil where everything was copied.
  func finishedIfChanged() -> Graph? { hasChanges ? finished() : nil }
}

extension Graph {
  /// The operation of node `id` if it is of this type.
  func operation<O: Operation>(_ id: NodeID, _ type: O.Type = O.self) -> O? {
    guard case .operation(let operation) = nodes[id].kind else { return nil }
    return operation as? O
  }

  /// The function of node `id` if it is element-wise.
  func function(_ id: NodeID) -> ScalarFunction? { operation(id, Elementwise.self)?.function }

  /// The number that every element of node `id` is, if it is such a constant.
  func splat(_ id: NodeID) -> Double? {
    if case .constant(.splat(let value, _)) = nodes[id].kind { return value }
    return nil
  }

  /// For each node, how often other nodes, outputs and updates read it.
  var useCounts: [Int] {
    var counts = [Int](repeating: 0, count: nodes.count)
    for node in nodes { for input in node.inputs { counts[input] += 1 } }
    for root in roots { counts[root] += 1 }
    return counts
  }
}
