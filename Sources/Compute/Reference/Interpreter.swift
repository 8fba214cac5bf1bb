extension Graph {
  /// The outputs in double precision: the meaning of the graph, and the oracle every device is measured against.
  ///
  /// - Parameter arguments: A value for every input, by name.
  /// - Throws: Which input is missing or has another type.
  public func interpret(_ arguments: [String: ReferenceArray]) throws -> [ReferenceArray] {
    try interpretAll(arguments).outputs
  }

  /// The outputs and the new values of parameters, in double precision.
  public func interpretAll(
    _ arguments: [String: ReferenceArray]
  ) throws -> (outputs: [ReferenceArray], updates: [String: ReferenceArray]) {
    let values = try interpretNodes(arguments)
    let updated = updates.map { ($0.parameter, values[$0.value][0]) }
    return (outputs.map { values[$0][0] }, Dictionary(updated) { $1 })
  }

  /// Where output `index` ceases to be finite, in double precision: the place of an operation that makes an infinite
  /// number or NaN of finite ones, and through which the output became so; nil where the output is finite.
  package func placeOfNonFinite(
    _ index: Int, _ arguments: [String: ReferenceArray]
  ) throws -> SourceLocation? {
    let values = try interpretNodes(arguments)
    func isWild(_ id: NodeID) -> Bool { values[id].contains { !$0.values.allSatisfy(\.isFinite) } }
    var id = outputs[index]
    guard isWild(id) else { return nil }
    while let next = nodes[id].inputs.filter(isWild).max() { id = next }
    return nodes[id].location
  }

  /// All values, in the order of the nodes.
  private func interpretNodes(_ arguments: [String: ReferenceArray]) throws -> [[ReferenceArray]] {
    var values: [[ReferenceArray]] = []
    for node in nodes {
      let inputs = node.inputs.map { values[$0][0] }
      switch node.kind {
      case .input(let name, _): values.append([try argument(name, node.type, arguments)])
      case .constant(.splat(let value, let type)): values.append([ReferenceArray(type, repeating: value)])
      case .constant(.elements(let array)): values.append([ReferenceArray(array)])
      case .operation(let operation): values.append(operation.interpret(inputs))
      case .loop(let loop): values.append(try loop.interpret(inputs))
      case .result(let index): values.append([values[node.inputs[0]][index]])
      }
    }
    return values
  }

  private func argument(
    _ name: String, _ type: TensorType, _ arguments: [String: ReferenceArray]
  ) throws -> ReferenceArray {
    guard let value = arguments[name] else { throw GraphError("no value for input '\(name)' of \(type)") }
    guard value.type == type else { throw GraphError("input '\(name)' takes \(type), not \(value.type)") }
    return value
  }
}

extension Loop {
  fileprivate func interpret(_ inputs: [ReferenceArray]) throws -> [ReferenceArray] {
    let names = body.inputs.map(\.name)
    var state = inputs
    for iteration in 0..<count {
      let number = ReferenceArray(TensorType(.scalar, .int32), [Double(iteration)])
      let arguments = Dictionary(zip(names, [number] + state)) { first, _ in first }
      state.replaceSubrange(..<carried, with: try body.interpret(arguments))
    }
    return Array(state[..<carried])
  }
}

/// Traces `body` and computes its values at once, in double precision: for examples, tests and small answers.
///
///     let y = try evaluate { scope in [scope.full([2], 3).exp()] }[0].floats
///
/// - Returns: The values in their own element types.
/// - Throws: The first misuse found while tracing.
public func evaluate(
  fileID: StaticString = #fileID, line: UInt = #line, _ body: (Scope) throws -> [Tensor]
) throws -> [HostArray] {
  try Graph(fileID: fileID, line: line, body).interpret([:]).map(\.hostArray)
}
