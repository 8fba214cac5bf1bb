extension Graph {
  /// This graph with constants and views that loops capture repeated inside the loops, so that no broadcast is spelt
  /// out in memory for a body to read.
  ///
  /// While a graph is traced, loops capture such tensors as they are: each may become a target of derivatives.
  func sinkingViews() -> Graph {
    guard hasLoops else { return self }
    let sunk = nodes.map { node -> Node in
      guard case .loop(let loop) = node.kind else { return node }
      let captured = Array(node.inputs[loop.carried...])
      var body = BodyBuilder(loop, outer: nodes)
      let graph = body.body(capturing: captured).sinkingViews()
      return Node(
        kind: .loop(Loop(count: loop.count, carried: loop.carried, body: graph)),
        inputs: node.inputs[..<loop.carried] + body.captured, types: node.types, location: node.location)
    }
    return Graph(nodes: sunk, outputs: outputs, updates: updates)
  }
}

/// Puts a loop's body together anew: inputs first, then what is repeated inside, then the body as it was.
private struct BodyBuilder {
  let loop: Loop
  let outer: [Node]
  /// The outer nodes the new body reads, in the order of its last inputs.
  private(set) var captured: [NodeID] = []
  private var nodes: [Node]
  private var inside: [NodeID: NodeID] = [:]
  /// The outer nodes that were looked at.
  private var isSeen: Set<NodeID> = []

  init(_ loop: Loop, outer: [Node]) {
    self.loop = loop
    self.outer = outer
    nodes = loop.body.inputs.prefix(1 + loop.carried).map { loop.body.nodes[$0.node] }
  }

  mutating func body(capturing old: [NodeID]) -> Graph {
    for id in old { capture(id) }
    for id in old { repeated(id) }
    var map = [NodeID](repeating: 0, count: loop.body.nodes.count)
    for (index, input) in loop.body.inputs.enumerated() {
      map[input.node] = index <= loop.carried ? index : inside[old[index - loop.carried - 1]] ?? 0
    }
    for (id, node) in loop.body.nodes.enumerated() {
      if case .input = node.kind { continue }
      map[id] = append(node, node.inputs.map { map[$0] })
    }
    return Graph(nodes: nodes, outputs: loop.body.outputs.map { map[$0] })
  }

  private func isFree(_ id: NodeID) -> Bool {
    switch outer[id].kind {
    case .constant: true
    case .operation(let operation): operation is any ViewOperation || operation is Iota
    default: false
    }
  }

  /// Declares an input for every node behind `root` that must be computed outside.
  private mutating func capture(_ root: NodeID) {
    var stack = [root]
    while let id = stack.popLast() {
      guard inside[id] == nil, isSeen.insert(id).inserted else { continue }
      if isFree(id) {
        stack += outer[id].inputs.reversed()
        continue
      }
      nodes.append(
        Node(
          kind: .input(name: "captured\(captured.count)", role: .argument), inputs: [],
          types: [outer[id].type], location: nil))
      captured.append(id)
      inside[id] = nodes.count - 1
    }
  }

  /// Appends the constants and views up to `root`.
  private mutating func repeated(_ root: NodeID) {
    var order: [NodeID] = []
    var isKnown = Set<NodeID>()
    forEachDependence(
      of: root, inputs: { outer[$0].inputs }, isKnown: { inside[$0] != nil || isKnown.contains($0) }
    ) { id in
      order.append(id)
      isKnown.insert(id)
    }
    for id in order { inside[id] = append(outer[id], outer[id].inputs.map { inside[$0] ?? 0 }) }
  }

  private mutating func append(_ node: Node, _ inputs: [NodeID]) -> NodeID {
    nodes.append(Node(kind: node.kind, inputs: inputs, types: node.types, location: node.location))
    return nodes.count - 1
  }
}
