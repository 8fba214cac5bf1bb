extension TensorTree {
  /// Applies `body` to this state `count` times, on the device: the host sees no value in between.
  ///
  /// - Parameters:
  ///   - count: How often, 0 or more.
  ///   - body: The next state, from the state and the iteration number, a scalar `int32` that starts at 0. It is
  ///     traced once. The types of the state must stay the same.
  /// - Returns: The last state.
  public func iterated(
    _ count: Int, fileID: StaticString = #fileID, line: UInt = #line, _ body: (Self, Tensor) -> Self
  ) -> Self {
    let initial = tensors
    guard count > 0, let builder = initial.first?.builder else { return self }
    let iteration = builder.constant(.splat(0, TensorType(.scalar, .int32)))
    let carried = initial.map { builder.constant(.splat(0, $0.type)) }
    let next = body(replacing(carried), iteration)
    let place = SourceLocation(fileID, line)
    guard next.tensors.map(\.type) == initial.map(\.type) else {
      let types = (initial.map(\.type), next.tensors.map(\.type))
      builder.fail("an iteration turns \(types.0) into \(types.1); the types must stay", at: place)
      return self
    }
    var extractor = BodyExtractor(builder: builder, [iteration] + carried)
    let loop = extractor.loop(count, carried: carried.count, next.tensors)
    let node = builder.append(
      .loop(loop), initial.map(\.id) + extractor.captured, initial.map(\.type), at: place)
    return next.replacing(initial.indices.map { node.result($0) })
  }

  /// Applies `body` to this state `count` times, on the device; see ``iterated(_:fileID:line:_:)-swift.method``.
  public func iterated(
    _ count: Int, fileID: StaticString = #fileID, line: UInt = #line, _ body: (Self) -> Self
  ) -> Self {
    iterated(count, fileID: fileID, line: line) { state, _ in body(state) }
  }
}

/// Takes the nodes that depend on a loop's own values out of the outer graph and into a body.
///
/// What does not depend on them stays outside and is computed once: loops hoist their invariants by construction. When
/// the trace ends, ``Graph/sinkingViews()`` puts those that cost nothing back inside.
private struct BodyExtractor {
  let builder: GraphBuilder
  private var nodes: [Node] = []
  private var inside: [NodeID: NodeID] = [:]
  private var captures: [(outer: NodeID, inner: NodeID)] = []
  private let dependents: Set<NodeID>

  /// The outer nodes the body reads, in the order of its last inputs.
  var captured: [NodeID] { captures.map(\.outer) }

  init(builder: GraphBuilder, _ own: [Tensor]) {
    self.builder = builder
    dependents = builder.dependents(of: own.map(\.id), upTo: builder.nodes.count - 1)
    for (index, tensor) in own.enumerated() {
      inside[tensor.id] = append(
        .input(name: index == 0 ? "iteration" : "carried\(index - 1)", role: .argument), tensor)
    }
  }

  mutating func loop(_ count: Int, carried: Int, _ results: [Tensor]) -> Loop {
    // Captured inputs follow the carried ones, so they are collected before any other node.
    let order = needed(results.map(\.id))
    for id in order where isCapture(id) { capture(id) }
    for id in order where inside[id] == nil { inside[id] = copy(id) }
    let body = Graph(nodes: nodes, outputs: results.map { inside[$0.id] ?? 0 })
    return Loop(count: count, carried: carried, body: body)
  }

  private mutating func append(_ kind: NodeKind, _ like: Tensor) -> NodeID {
    nodes.append(Node(kind: kind, inputs: [], types: [like.type], location: nil))
    return nodes.count - 1
  }

  /// The nodes the body reads or computes, in order of dependence; nothing behind a capture.
  private func needed(_ roots: [NodeID]) -> [NodeID] {
    var found: Set<NodeID> = []
    var stack = roots
    while let id = stack.popLast() {
      guard found.insert(id).inserted, inside[id] == nil, !isCapture(id) else { continue }
      stack += builder.nodes[id].inputs
    }
    return found.sorted()
  }

  private func isCapture(_ id: NodeID) -> Bool { !dependents.contains(id) }

  private mutating func capture(_ id: NodeID) {
    guard inside[id] == nil else { return }
    let inner = append(
      .input(name: "captured\(captures.count)", role: .argument), Tensor(builder: builder, id: id))
    captures.append((id, inner))
    inside[id] = inner
  }

  private mutating func copy(_ id: NodeID) -> NodeID {
    let node = builder.nodes[id]
    let inputs = node.inputs.map { inside[$0] ?? 0 }
    nodes.append(Node(kind: node.kind, inputs: inputs, types: node.types, location: node.location))
    return nodes.count - 1
  }
}
