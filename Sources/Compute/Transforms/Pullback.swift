extension GraphBuilder {
  /// The derivatives of a scalar with respect to `targets`, when those with respect to `outputs` are `cotangents`.
  ///
  /// Walks the nodes between targets and outputs backward once; what it appends is ordinary graph code.
  ///
  /// - Returns: One tensor of each target's type; zeros where nothing depends on the target.
  func pullback(_ outputs: [Tensor], _ cotangents: [Tensor], to targets: [Tensor]) -> [Tensor] {
    var gathered = Cotangents(builder: self)
    for (output, cotangent) in zip(outputs, cotangents) { gathered.add(cotangent, to: output.id) }
    let last = outputs.map(\.id).max() ?? 0
    let reached = dependents(of: targets.map(\.id), upTo: last)
    let stops = Set(targets.map(\.id))
    for id in stride(from: last, through: 0, by: -1) where reached.contains(id) && !stops.contains(id) {
      pullBack(node: id, reached, &gathered)
    }
    return targets.map { gathered[$0.id] ?? $0.zeros }
  }

  /// The nodes up to `last` whose values depend on one of `sources`, and the sources.
  func dependents(of sources: [NodeID], upTo last: NodeID) -> Set<NodeID> {
    var found = Set(sources)
    guard let first = sources.min(), first <= last else { return found }
    for id in first...last where nodes[id].inputs.contains(where: found.contains) { found.insert(id) }
    return found
  }

  private func pullBack(node id: NodeID, _ reached: Set<NodeID>, _ gathered: inout Cotangents) {
    let node = nodes[id]
    let inputs = node.inputs.map { Tensor(builder: self, id: $0) }
    var terms: [Tensor?] = []
    switch node.kind {
    case .input, .constant: return
    case .result(let index):
      if let cotangent = gathered[id] { gathered.add(cotangent, to: node.inputs[0], result: index) }
      return
    case .loop(let loop):
      terms = pullBack(loop, inputs, (0..<loop.carried).map { gathered[id, $0] })
    case .operation(let operation):
      guard let cotangent = gathered[id], node.type.element.isDifferentiable,
        let primitive = operation as? any Primitive
      else { return }
      let output = Tensor(builder: self, id: id)
      let outer = location
      location = node.location ?? outer
      terms = primitive.pullback(cotangent, inputs, output)
      if cotangent.mayBeInfinite { terms = terms.map { $0?.markedUnbounded() } }
      location = outer
    }
    for (input, term) in zip(node.inputs, terms) where reached.contains(input) {
      if let term { gathered.add(term, to: input) }
    }
  }

  /// The cotangents of a loop's inputs: the iterations are written out and pulled back one by one.
  private func pullBack(_ loop: Loop, _ inputs: [Tensor], _ cotangents: [Tensor?]) -> [Tensor?] {
    // One tensor may be several inputs, carried and captured: each needs a derivative of its own.
    let inputs = inputs.indices.map { index in
      inputs[..<index].contains { $0.id == inputs[index].id } ? inputs[index].alias() : inputs[index]
    }
    let results = unroll(loop, inputs)
    let known = zip(results, cotangents).compactMap { result, cotangent in cotangent.map { (result, $0) } }
    guard !known.isEmpty else { return inputs.map { _ in nil } }
    return pullback(known.map(\.0), known.map(\.1), to: inputs)
  }

  /// The last carried values of `loop`, with every iteration written out.
  func unroll(_ loop: Loop, _ inputs: [Tensor]) -> [Tensor] {
    var carried = Array(inputs[..<loop.carried])
    for iteration in 0..<loop.count {
      let number = constant(.splat(Double(iteration), TensorType(.scalar, .int32)))
      carried = inline(loop.body, [number] + carried + inputs[loop.carried...])
    }
    return carried
  }

  /// Appends the nodes of `graph` with `arguments` for its inputs.
  ///
  /// - Returns: The tensors that stand for its outputs.
  func inline(_ graph: Graph, _ arguments: [Tensor]) -> [Tensor] {
    var map: [Tensor] = []
    var rest = arguments[...]
    for node in graph.nodes {
      if case .input = node.kind {
        map.append(rest.removeFirst())
      } else {
        map.append(append(node.kind, node.inputs.map { map[$0].id }, node.types, at: node.location))
      }
    }
    return graph.outputs.map { map[$0] }
  }
}

/// The cotangents gathered so far, by node and result.
private struct Cotangents {
  let builder: GraphBuilder
  private var known: [Key: Tensor] = [:]

  private struct Key: Hashable {
    let node: NodeID
    let result: Int
  }

  init(builder: GraphBuilder) { self.builder = builder }

  subscript(node: NodeID, result: Int = 0) -> Tensor? { known[Key(node: node, result: result)] }

  mutating func add(_ term: Tensor, to node: NodeID, result: Int = 0) {
    let key = Key(node: node, result: result)
    guard let earlier = known[key] else { return known[key] = term }
    let sum = earlier + term
    known[key] = earlier.mayBeInfinite || term.mayBeInfinite ? sum.markedUnbounded() : sum
  }
}
