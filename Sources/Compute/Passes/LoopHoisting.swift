/// Takes out of a loop's body what does not change from one iteration to the next.
///
/// Tracing leaves such computations outside already; passes make new ones, as when the factor of a batch-norm is multiplied
/// into the weight of a convolution. Views and constants stay inside, where they cost nothing.
struct LoopHoisting {
  /// The body without what was taken out; values computed outside are its last inputs.
  private(set) var body: Graph
  /// The nodes of the old body that are computed outside, in order of dependence.
  private let hoisted: [NodeID]
  private let old: Graph
  private let firstCaptured: Int

  /// Prepares to change a loop with this body, of which the inputs after the carried values are captured.
  init(_ body: Graph, carried: Int) {
    old = body
    firstCaptured = 1 + carried
    let captured = Set(body.inputs.dropFirst(firstCaptured).map(\.node))
    hoisted = body.invariantsReadByOthers(captured)
    self.body = hoisted.isEmpty ? body : body.replacingByInputs(hoisted)
  }

  /// Computes in `builder` what was taken out.
  ///
  /// - Parameter captured: What the loop captures, in the order of the body's inputs.
  /// - Returns: The values of the body's new inputs.
  func lifted(into builder: GraphBuilder, _ captured: [Tensor]) -> [Tensor] {
    var outside: [NodeID: NodeID] = [:]
    for (input, tensor) in zip(old.inputs.dropFirst(firstCaptured), captured) {
      outside[input.node] = tensor.id
    }
    return hoisted.map { root in
      forEachDependence(of: root, inputs: { old.nodes[$0].inputs }, isKnown: { outside[$0] != nil }) { id in
        let node = old.nodes[id]
        let inputs = node.inputs.compactMap { outside[$0] }
        outside[id] = builder.append(node.kind, inputs, node.types, at: node.location).id
      }
      return Tensor(builder: builder, id: outside[root] ?? 0)
    }
  }
}

extension Graph {
  /// The computations that depend on captured values alone and that something else reads.
  fileprivate func invariantsReadByOthers(_ captured: Set<NodeID>) -> [NodeID] {
    var isInvariant = [Bool](repeating: false, count: nodes.count)
    for id in nodes.indices {
      switch nodes[id].kind {
      case .input: isInvariant[id] = captured.contains(id)
      case .loop, .result: break
      case .constant, .operation: isInvariant[id] = nodes[id].inputs.allSatisfy { isInvariant[$0] }
      }
    }
    var isRead = [Bool](repeating: false, count: nodes.count)
    for root in roots { isRead[root] = true }
    for id in nodes.indices.reversed() where !isInvariant[id] || (isRead[id] && isFree(id)) {
      for input in nodes[id].inputs { isRead[input] = true }
    }
    return nodes.indices.filter { isInvariant[$0] && isRead[$0] && !isFree($0) && !captured.contains($0) }
  }

  private func isFree(_ id: NodeID) -> Bool {
    guard case .operation(let operation) = nodes[id].kind else { return true }
    return operation is any ViewOperation || operation is Iota
  }

  /// This body with inputs in the place of some nodes, after the inputs it has.
  fileprivate func replacingByInputs(_ replaced: [NodeID]) -> Graph {
    var made: [Node] = []
    var map = [NodeID](repeating: 0, count: nodes.count)
    func declare(_ id: NodeID, _ kind: NodeKind) {
      made.append(Node(kind: kind, inputs: [], types: nodes[id].types, location: nodes[id].location))
      map[id] = made.count - 1
    }
    for input in inputs { declare(input.node, nodes[input.node].kind) }
    for (number, id) in replaced.enumerated() {
      declare(id, .input(name: "hoisted\(number)", role: .argument))
    }
    let isDeclared = Set(replaced + inputs.map(\.node))
    for id in nodes.indices where !isDeclared.contains(id) {
      let node = nodes[id]
      made.append(
        Node(kind: node.kind, inputs: node.inputs.map { map[$0] }, types: node.types, location: node.location)
      )
      map[id] = made.count - 1
    }
    return Graph(nodes: made, outputs: outputs.map { map[$0] }).pruned()
  }
}
