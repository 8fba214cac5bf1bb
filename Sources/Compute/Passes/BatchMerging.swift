/// The input repeated along its first axis: from `[N, ...]` to `[count · N, ...]`.
struct Cycle: Operation {
  static let name = "cycle"
  let count: Int

  func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    guard inputs[0].shape.rank >= 1 else { throw TypeMismatch("a scalar has no axis") }
    var shape = inputs[0].shape
    shape[0] *= count
    return [TensorType(shape, inputs[0].element)]
  }

  func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    var shape = inputs[0].shape
    shape[0] *= count
    let values = (0..<count).flatMap { _ in inputs[0].values }
    return [ReferenceArray(TensorType(shape, inputs[0].type.element), values)]
  }

  /// Writes the copies; consumers that can share the first ones read the input instead.
  func lower(_ lowering: inout Lowering) {
    let (input, result) = (lowering.inputs[0], lowering.result())
    let planner = lowering.planner
    let dense = Lowered.stored(input.type, in: planner.stored(input, .dense))
    let wide = input.type.shape.inserting(count, at: 0)
    let root = dense.root.mapViews { view in
      StridedView(offset: view.offset, strides: [0] + view.strides, shape: wide)
    }
    planner.compute(
      Lowered(TensorType(wide, input.type.element), root ?? dense.root), into: result,
      StoredElement(input.type.element), .dense)
  }
}

extension Graph {
  /// This graph with element-wise work, slices and paddings of `[K, N, ...]` done on `[K · N, ...]` where an operand
  /// was made so.
  ///
  /// A batch of cotangents goes through convolutions as K · N samples; without this pass every activation's
  /// mask in between would split and join the axes again, and no kernel could apply it as its epilogue.
  func mergingBatches() -> Graph {
    var rewriter = GraphRewriter(self)
    for id in nodes.indices {
      if let merged = function(id).flatMap({ merged(id, $0, rewriter) }) ?? mergedPlaces(id, rewriter) {
        rewriter.replace(id, by: merged)
      } else {
        rewriter.copy(id)
      }
    }
    return rewriter.finished()
  }

  /// What `tensor`, `[K, N, ...]`, was made of by splitting the first axis of `[K · N, ...]`, if it was.
  private func splitSource(_ tensor: Tensor) -> Tensor? {
    let node = tensor.builder.nodes[tensor.id]
    guard case .operation(let operation) = node.kind, operation is Reshape, tensor.rank >= 2 else {
      return nil
    }
    let source = Tensor(builder: tensor.builder, id: node.inputs[0])
    return source.shape == tensor.shape.mergingFirstAxes ? source : nil
  }

  /// A slice or a padding that leaves the first two axes as they are.
  private func mergedPlaces(_ id: NodeID, _ rewriter: GraphRewriter) -> Tensor? {
    let to = nodes[id].type.shape
    guard to.rank >= 3, to.count > 0 else { return nil }
    if let pad = operation(id, Pad.self) {
      guard let source = unchangedBatch(id, rewriter) else { return nil }
      func flat(_ counts: [Int]) -> [Int] { [0] + counts[2...] }
      let moved = source.padded(
        low: flat(pad.low), high: flat(pad.high), interior: flat(pad.interior), value: pad.value)
      return moved.reshaped(to)
    }
    guard let slice = operation(id, Slice.self), let source = unchangedBatch(id, rewriter) else { return nil }
    let flat = Slice(
      starts: [0] + slice.starts[2...], shape: to.mergingFirstAxes, steps: [1] + slice.steps[2...])
    return rewriter.builder.add(flat, [source]).reshaped(to)
  }

  /// What the input of node `id` was split from, where the node has as many batches and samples.
  private func unchangedBatch(_ id: NodeID, _ rewriter: GraphRewriter) -> Tensor? {
    let (input, to) = (rewriter[nodes[id].inputs[0]], nodes[id].type.shape)
    return input.shape[0] == to[0] && input.shape[1] == to[1] ? splitSource(input) : nil
  }

  private func merged(_ id: NodeID, _ function: ScalarFunction, _ rewriter: GraphRewriter) -> Tensor? {
    let shape = nodes[id].type.shape
    guard shape.rank >= 3, shape.count > 0 else { return nil }
    let flat = shape.mergingFirstAxes
    let builder = rewriter.builder
    let operands = nodes[id].inputs.map { rewriter[$0] }
    func source(_ tensor: Tensor) -> Tensor {
      Tensor(builder: builder, id: builder.nodes[tensor.id].inputs[0])
    }
    func operation<O: Operation>(_ tensor: Tensor, _ type: O.Type) -> O? {
      guard case .operation(let operation) = builder.nodes[tensor.id].kind else { return nil }
      return operation as? O
    }
    /// What `tensor`, `[1, N, ...]`, repeats for every sample, `[1, ...]`: it is then repeated for all batches too.
    func sharedBySamples(_ tensor: Tensor) -> Tensor? {
      guard operation(tensor, Reshape.self) != nil else { return nil }
      let member = source(tensor)
      guard Shape([1] + member.shape.extents) == tensor.shape, operation(member, Broadcast.self) != nil,
        source(member).shape[0] == 1
      else { return nil }
      return source(member)
    }
    guard operands.contains(where: { splitSource($0) != nil }) else { return nil }
    let merged = operands.map { operand -> Tensor in
      if let source = splitSource(operand) { return source }
      guard case .operation(let operation) = builder.nodes[operand.id].kind, operation is Broadcast,
        source(operand).shape[0] == 1
      else { return operand.reshaped(flat) }
      if let shared = sharedBySamples(source(operand)) { return shared.broadcast(to: flat) }
      let member = source(operand).reshaped(Shape(Array(source(operand).shape.extents.dropFirst())))
      let whole = member.broadcast(to: Shape(Array(shape.extents.dropFirst())))
      return builder.add(Cycle(count: shape[0]), [whole])
    }
    return builder.add(Elementwise(function: function), merged).reshaped(shape)
  }
}

extension Shape {
  /// `[K · N, ...]` for `[K, N, ...]`.
  var mergingFirstAxes: Shape { Shape([self[0] * self[1]] + extents[2...]) }
}
