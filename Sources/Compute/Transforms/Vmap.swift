/// The function that applies `function` to each member of a batch, in one computation.
///
/// The first axis of every tensor of the input is the batch; `function` sees the members without it. Tensors that
/// it captures are shared by all members.
///
/// - Returns: A function whose results carry the batch axis in front.
public func vmap<Input: TensorTree, Output: TensorTree>(
  fileID: StaticString = #fileID, line: UInt = #line, _ function: @escaping (Input) -> Output
) -> (Input) -> Output {
  { input in
    let batched = input.tensors
    guard let builder = batched.first?.builder else { return function(input) }
    guard let extent = batched.first?.shape.extents.first,
      batched.allSatisfy({ $0.shape.extents.first == extent })
    else {
      let types = batched.map { $0.type.description }.joined(separator: ", ")
      builder.fail("vmap over \(types): the first extents must agree", at: SourceLocation(fileID, line))
      return function(input)
    }
    let members = batched.map { tensor in
      builder.constant(.splat(0, TensorType(Shape(Array(tensor.shape.extents.dropFirst())), tensor.element)))
    }
    let output = function(input.replacing(members))
    var batcher = Batcher(builder: builder, extent: extent, members, batched)
    return output.replacing(output.tensors.map { batcher.batched($0) })
  }
}

/// Rewrites nodes that depend on a member of a batch into nodes for the whole batch.
private struct Batcher {
  let builder: GraphBuilder
  let extent: Int
  private var replaced: [NodeID: Tensor] = [:]
  private let dependents: Set<NodeID>

  init(builder: GraphBuilder, extent: Int, _ members: [Tensor], _ batched: [Tensor]) {
    self.builder = builder
    self.extent = extent
    dependents = builder.dependents(of: members.map(\.id), upTo: builder.nodes.count - 1)
    for (member, whole) in zip(members, batched) { replaced[member.id] = whole }
    for id in dependents.sorted() where replaced[id] == nil { replaced[id] = rewritten(id) }
  }

  /// The batch of `tensor`: repeated if it does not depend on a member.
  mutating func batched(_ tensor: Tensor) -> Tensor {
    replaced[tensor.id] ?? tensor.expanded(at: 0, to: extent)
  }

  private func rewritten(_ id: NodeID) -> Tensor {
    let node = builder.nodes[id]
    let outer = builder.location
    builder.location = node.location ?? outer
    defer { builder.location = outer }
    let isBatched = node.inputs.map { replaced[$0] != nil }
    let inputs = node.inputs.map { replaced[$0] ?? Tensor(builder: builder, id: $0) }
    switch node.kind {
    case .operation(let operation):
      guard let primitive = operation as? any Primitive else {
        preconditionFailure("only primitives are traced, not \(operation)")
      }
      return primitive.batched(inputs, isBatched)
    case .result(let index): return inputs[0].result(index)
    case .loop(let loop): return batched(loop, inputs, isBatched)
    case .input, .constant: preconditionFailure("a node without inputs depends on nothing")
    }
  }

  /// The loop whose body works on the whole batch; all carried values become batched.
  private func batched(_ loop: Loop, _ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor {
    let carried = (0..<loop.carried).map {
      isBatched[$0] ? inputs[$0] : inputs[$0].expanded(at: 0, to: extent)
    }
    let captured = Array(inputs[loop.carried...])
    let capturedIsBatched = Array(isBatched[loop.carried...])
    let results = carried.iterated(loop.count) { state, iteration in
      let batchedArguments = state + zip(captured, capturedIsBatched).filter { $0.1 }.map(\.0)
      let map = vmap { (members: [Tensor]) -> [Tensor] in
        var rest = members[loop.carried...]
        let values = zip(captured, capturedIsBatched).map { $0.1 ? rest.removeFirst() : $0.0 }
        return builder.inline(loop.body, [iteration] + members[..<loop.carried] + values)
      }
      return map(batchedArguments)
    }
    return results.first.map { Tensor(builder: builder, id: loopNode(of: $0)) } ?? inputs[0]
  }

  private func loopNode(of result: Tensor) -> NodeID {
    if case .result = builder.nodes[result.id].kind { return builder.nodes[result.id].inputs[0] }
    return result.id
  }
}
