/// A computation: an immutable list of nodes in the order of their dependence, and which of them are asked for.
///
/// A graph is a value. It can be printed, compared, hashed, saved, differentiated and compiled; it names no
/// device.
public struct Graph: Hashable, Sendable {
  /// The nodes; inputs of a node come before it.
  public let nodes: [Node]
  /// The nodes whose values are results, in the order of the tracing closure.
  public let outputs: [NodeID]
  /// New values of parameters, by name, which a run stores when everything has been computed.
  public let updates: [Update]

  /// The new value of a parameter.
  public struct Update: Hashable, Sendable, Codable {
    /// The parameter's name.
    public let parameter: String
    /// The node that computes its next value.
    public let value: NodeID
  }

  init(nodes: [Node], outputs: [NodeID], updates: [Update] = []) {
    self.nodes = nodes
    self.outputs = outputs
    self.updates = updates
  }

  /// Traces `body` once and returns the computation it describes.
  ///
  ///     let graph = try Graph { scope in
  ///       let image = scope.input("image", [8, 64])
  ///       let weight = scope.parameter("weight", [64, 10])
  ///       return [image.matmul(weight).softmax()]
  ///     }
  ///
  /// - Parameter body: Code over symbols; what it returns are the outputs of the graph.
  /// - Throws: The first misuse found while tracing, with the caller's file and line.
  public init(
    fileID: StaticString = #fileID, line: UInt = #line, _ body: (Scope) throws -> [Tensor]
  ) throws {
    self = try Graph.traced(SourceLocation(fileID, line), body).withoutPassMarks().sinkingViews().pruned()
  }

  /// The computation that `body` describes, and how many passes through marked networks a run makes; see
  /// ``Tensor/markedAsPass()``.
  ///
  /// - Throws: As ``init(fileID:line:_:)``.
  package static func counting(
    fileID: StaticString = #fileID, line: UInt = #line, _ body: (Scope) throws -> [Tensor]
  ) throws -> (graph: Graph, passes: PassCount) {
    let traced = try traced(SourceLocation(fileID, line), body).pruned()
    return (traced.withoutPassMarks().sinkingViews().pruned(), traced.passCount)
  }

  private static func traced(_ place: SourceLocation, _ body: (Scope) throws -> [Tensor]) throws -> Graph {
    let builder = GraphBuilder(location: place)
    let outputs = try body(Scope(builder: builder, path: ""))
    if let error = builder.error { throw error }
    for output in outputs where output.builder !== builder {
      throw GraphError("an output belongs to another graph", at: builder.location)
    }
    return Graph(nodes: builder.nodes, outputs: outputs.map(\.id), updates: builder.updates)
  }

  /// A named value the graph takes.
  public struct Input: Hashable, Sendable {
    /// The name, unique in the graph.
    public let name: String
    /// Whether it is given for every run or kept on the device.
    public let role: InputRole
    /// The shape and element type.
    public let type: TensorType
    /// The node that stands for it.
    public let node: NodeID
  }

  /// The inputs in the order they were declared.
  public var inputs: [Input] {
    nodes.indices.compactMap { id in
      guard case .input(let name, let role) = nodes[id].kind else { return nil }
      return Input(name: name, role: role, type: nodes[id].type, node: id)
    }
  }

  /// The types of the outputs.
  public var outputTypes: [TensorType] { outputs.map { nodes[$0].type } }

  /// What must be computed: outputs and updates.
  var roots: [NodeID] { outputs + updates.map(\.value) }

  /// Whether any node is a loop.
  var hasLoops: Bool { nodes.contains { if case .loop = $0.kind { true } else { false } } }

  /// This graph without the nodes nothing depends on; declared inputs stay.
  func pruned() -> Graph {
    var isNeeded = [Bool](repeating: false, count: nodes.count)
    for root in roots { isNeeded[root] = true }
    for id in nodes.indices.reversed() {
      if case .input = nodes[id].kind { isNeeded[id] = true }
      if isNeeded[id] { for input in nodes[id].inputs { isNeeded[input] = true } }
    }
    guard isNeeded.contains(false) else { return self }
    var renumbered = [NodeID](repeating: 0, count: nodes.count)
    var kept: [Node] = []
    for id in nodes.indices where isNeeded[id] {
      renumbered[id] = kept.count
      let node = nodes[id]
      kept.append(
        Node(
          kind: node.kind, inputs: node.inputs.map { renumbered[$0] }, types: node.types,
          location: node.location)
      )
    }
    return Graph(
      nodes: kept, outputs: outputs.map { renumbered[$0] },
      updates: updates.map { Update(parameter: $0.parameter, value: renumbered[$0.value]) })
  }
}
