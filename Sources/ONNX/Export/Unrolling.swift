import Compute

/// A traced graph with its loops written out, and with only those operations that ``Step`` knows.
struct Unrolling {
  /// A step with the extents of one trace.
  struct Item {
    let kind: Step.Kind
    let inputs: [StepID]
    let type: TensorType
    let location: SourceLocation?
  }

  /// More than this is taken for a mistake: no viewer and no runtime is made for it.
  static let limit = 200_000

  private(set) var items: [Item] = []
  private(set) var outputs: [StepID] = []

  /// Writes out `graph`.
  ///
  /// - Throws: ``ExportError`` for random bits, which ONNX has no operators for, and for loops that are too
  ///   long.
  init(_ graph: Graph) throws {
    let inputs = graph.inputs.map { input in
      Item(
        kind: input.role == .argument ? .input(input.name) : .parameter(input.name), inputs: [],
        type: input.type, location: nil)
    }
    items = inputs
    outputs = try inline(graph, Array(inputs.indices))
  }

  /// Appends the nodes of `graph` for these inputs, in the order in which it declares them.
  private mutating func inline(_ graph: Graph, _ inputs: [StepID]) throws -> [StepID] {
    var results: [[StepID]] = []
    var open = inputs[...]
    for node in graph.nodes {
      let operands = node.inputs.map { results[$0][0] }
      switch node.kind {
      case .input: results.append([open.removeFirst()])
      case .constant(let constant): results.append([append(constant, node)])
      case .result(let index): results.append([results[node.inputs[0]][index]])
      case .loop(let loop): results.append(try unroll(loop, operands, node))
      case .operation(let operation):
        results.append([try append(operation, operands, node, pooled(operation, node, in: graph))])
      }
    }
    return graph.outputs.map { results[$0][0] }
  }

  private mutating func append(
    _ kind: Step.Kind, _ inputs: [StepID], _ type: TensorType, _ node: Node
  ) -> StepID {
    items.append(Item(kind: kind, inputs: inputs, type: type, location: node.location))
    return items.count - 1
  }

  /// A constant; equal elements become a scalar that is repeated, so that the number of samples does not
  /// matter.
  private mutating func append(_ constant: Constant, _ node: Node) -> StepID {
    guard case .splat(let value, let type) = constant else {
      return append(.constant(constant), [], constant.type, node)
    }
    let scalar = TensorType(.scalar, type.element)
    let number = append(.constant(.splat(value, scalar)), [], scalar, node)
    return type.shape.rank == 0 ? number : append(.broadcast, [number], type, node)
  }

  /// Elements that count up along one axis, repeated along the others.
  private mutating func append(_ iota: Iota, _ node: Node) -> StepID {
    let extents = iota.type.shape.extents[iota.axis...].enumerated().map { $0 == 0 ? $1 : 1 }
    let narrow = TensorType(Shape(extents), iota.type.element)
    let counted = append(.iota, [], narrow, node)
    return narrow == iota.type ? counted : append(.broadcast, [counted], iota.type, node)
  }

  /// Whether the node picks the largest of each window, and does not use some other windows' positions.
  private func pooled(_ operation: any Operation, _ node: Node, in graph: Graph) -> Bool {
    guard let gather = operation as? WindowGather else { return false }
    let taps = graph.nodes[node.inputs[1]]
    guard case .operation(let source) = taps.kind, let maximum = source as? WindowMaximum else {
      return false
    }
    return maximum.window == gather.window && taps.inputs[0] == node.inputs[0]
  }

  private mutating func append(
    _ operation: any Operation, _ operands: [StepID], _ node: Node, _ isPooling: Bool
  ) throws -> StepID {
    guard items.count < Unrolling.limit else {
      throw ExportError("loops written out give more than \(Unrolling.limit) nodes; use fewer iterations")
    }
    if let map = operation as? Elementwise {
      if map.function == .detach { return operands[0] }
      if map.function == .philox { throw unsupported("random bits (\(map.function.rawValue))", node) }
    }
    if let iota = operation as? Iota { return append(iota, node) }
    if isPooling, let gather = operation as? WindowGather {
      return append(.windowMaximum(gather.window), [operands[0]], node.type, node)
    }
    if let kind = Step.Kind(operation) { return append(kind, operands, node.type, node) }
    let types = operands.map { items[$0].type }
    guard let definition = try Definition(operation)?.graph(types, node.type) else {
      throw unsupported("the operation '\(type(of: operation).name)'", node)
    }
    return try inline(definition, operands)[0]
  }

  private func unsupported(_ what: String, _ node: Node) -> ExportError {
    ExportError("\(node.location.prefix)\(what) cannot be expressed in ONNX")
  }

  /// The body, as often as it runs, each time with what the last time gave.
  private mutating func unroll(_ loop: Loop, _ operands: [StepID], _ node: Node) throws -> [StepID] {
    var carried = Array(operands.prefix(loop.carried))
    let captured = operands.dropFirst(loop.carried)
    for iteration in 0..<loop.count {
      let scalar = TensorType(.scalar, .int32)
      let number = append(.constant(.splat(Double(iteration), scalar)), [], scalar, node)
      carried = try inline(loop.body, [number] + carried + captured)
    }
    return carried
  }
}

extension SourceLocation? {
  /// The place as the beginning of a message; empty where only this library's own is known.
  var prefix: String {
    guard let self, !self.fileID.hasPrefix("ONNX/") else { return "" }
    return "\(self): "
  }
}
