/// The primitives that saved graphs can name.
///
/// A new primitive is registered by its line here.
let knownPrimitives: [any Primitive.Type] = [
  Elementwise.self, Cast.self, Iota.self,
  Reshape.self, Transpose.self, Broadcast.self, Slice.self, Reverse.self, Pad.self, Concatenate.self,
  Gather.self, ScatterAdd.self, Reduce.self, ArgumentReduce.self, CumulativeSum.self, TopK.self,
  MatrixMultiply.self, Convolution.self, WindowMaximum.self, WindowGather.self, WindowScatter.self,
  WindowSum.self, WindowSpread.self, JacobianSeed.self, ProjectedStep.self,
  ChannelMoments.self, ChannelSums.self, ChannelAffine.self,
]

extension Graph: Codable {
  private enum CodingKeys: String, CodingKey { case nodes, outputs, updates }

  /// Reads a saved graph.
  ///
  /// - Throws: `DecodingError` for anything that is not a well-formed graph: an unknown primitive, an input that does
  ///   not come earlier, a type that the operation does not give.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let nodes = try container.decode([Node].self, forKey: .nodes)
    let outputs = try container.decode([NodeID].self, forKey: .outputs)
    let updates = try container.decode([Update].self, forKey: .updates)
    self.init(nodes: nodes, outputs: outputs, updates: updates)
    if let reason = firstDefect {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: reason))
    }
  }

  /// Saves the graph; places in source files are not part of it.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(nodes, forKey: .nodes)
    try container.encode(outputs, forKey: .outputs)
    try container.encode(updates, forKey: .updates)
  }

  /// What is wrong with nodes that did not come from tracing, or nil.
  private var firstDefect: String? {
    for (id, node) in nodes.enumerated() {
      guard !node.types.isEmpty else { return "node \(id) has no type" }
      guard node.inputs.allSatisfy({ $0 >= 0 && $0 < id }) else {
        return "node \(id) reads a node that is not before it"
      }
      if let reason = defect(of: node) { return "node \(id): \(reason)" }
    }
    guard roots.allSatisfy(nodes.indices.contains) else { return "an output is not a node" }
    let inputs = inputs
    let byName = Dictionary(inputs.map { ($0.name, $0) }) { first, _ in first }
    guard byName.count == inputs.count else { return "two inputs have one name" }
    for update in updates {
      guard let parameter = byName[update.parameter], parameter.role == .parameter,
        parameter.type == nodes[update.value].type
      else { return "the update of '\(update.parameter)' fits no parameter" }
    }
    return nil
  }

  private func defect(of node: Node) -> String? {
    let inputs = node.inputs.map { nodes[$0].type }
    switch node.kind {
    case .input: return node.inputs.isEmpty ? nil : "an input of the graph reads others"
    case .constant(let constant): return constant.type == node.type ? nil : "the constant is \(constant.type)"
    case .operation(let operation):
      guard hasModestNumbers(operation) else { return "a parameter of the operation is out of range" }
      if let count = (operation as? any Primitive)?.inputCount, count != inputs.count {
        return "the operation takes \(count) inputs, not \(inputs.count)"
      }
      do throws(TypeMismatch) {
        return try operation.resultTypes(inputs) == node.types
          ? nil : "the operation does not give \(node.types)"
      } catch { return error.reason }
    case .loop(let loop):
      let expected = [TensorType(.scalar, .int32)] + inputs
      guard loop.count >= 0, loop.carried >= 1, loop.carried <= inputs.count, loop.body.updates.isEmpty,
        loop.body.inputs.map(\.type) == expected,
        loop.body.outputTypes == Array(inputs.prefix(loop.carried)), node.types == loop.body.outputTypes
      else { return "the loop's body does not fit its inputs" }
      return nil
    case .result(let index):
      guard node.inputs.count == 1, nodes[node.inputs[0]].types.indices.contains(index) else {
        return "no such result"
      }
      return nodes[node.inputs[0]].types[index] == node.type ? nil : "the result is of another type"
    }
  }
}

/// Whether the integers in a value are as small as those that devices compute with, so that no sum or product of two
/// overflows while types are checked.
private func hasModestNumbers(_ value: Any) -> Bool {
  if let number = value as? Int { return number.magnitude <= UInt(Int32.max) }
  return Mirror(reflecting: value).children.allSatisfy { hasModestNumbers($0.value) }
}

extension Node: Codable {
  private enum CodingKeys: String, CodingKey {
    case inputs, types, input, role, constant, operation, attributes, loop, result
  }

  /// Reads a saved node.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let kind: NodeKind
    if let name = try container.decodeIfPresent(String.self, forKey: .input) {
      kind = .input(name: name, role: try container.decode(InputRole.self, forKey: .role))
    } else if let constant = try container.decodeIfPresent(Constant.self, forKey: .constant) {
      kind = .constant(constant)
    } else if let loop = try container.decodeIfPresent(Loop.self, forKey: .loop) {
      kind = .loop(loop)
    } else if let index = try container.decodeIfPresent(Int.self, forKey: .result) {
      kind = .result(index: index)
    } else {
      let name = try container.decode(String.self, forKey: .operation)
      guard let type = knownPrimitives.first(where: { $0.name == name }) else {
        throw DecodingError.dataCorruptedError(
          forKey: .operation, in: container, debugDescription: "there is no primitive '\(name)'")
      }
      kind = .operation(try type.init(from: container.superDecoder(forKey: .attributes)))
    }
    self.init(
      kind: kind, inputs: try container.decode([NodeID].self, forKey: .inputs),
      types: try container.decode([TensorType].self, forKey: .types), location: nil)
  }

  /// Saves the node.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(inputs, forKey: .inputs)
    try container.encode(types, forKey: .types)
    switch kind {
    case .input(let name, let role):
      try container.encode(name, forKey: .input)
      try container.encode(role, forKey: .role)
    case .constant(let constant): try container.encode(constant, forKey: .constant)
    case .loop(let loop): try container.encode(loop, forKey: .loop)
    case .result(let index): try container.encode(index, forKey: .result)
    case .operation(let operation):
      try container.encode(Swift.type(of: operation).name, forKey: .operation)
      try operation.encode(to: container.superEncoder(forKey: .attributes))
    }
  }
}
