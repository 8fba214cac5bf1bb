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
  ///
  /// - Returns: nil where there is no such work.
  func mergingBatches() -> Graph? {
    var rewriter = GraphRewriter(self)
    for id in nodes.indices {
      if let merged = function(id).flatMap({ merged(id, $0, rewriter) }) ?? mergedPlaces(id, rewriter) {
        rewriter.replace(id, by: merged)
      } else {
        rewriter.copy(id)
      }
    }
    return rewriter.finishedIfChanged()
  }

  /// What `tensor`, `[K, N, ...]`, was made of by splitting the first axis of `[K · N, ...]`, if it was.
  private func splitSource(_ tensor: Tensor) -> Tensor? {
    guard tensor.rank >= 2, let source = tensor.source(of: Reshape.self) else { return nil }
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
    let operands = nodes[id].inputs.map { rewriter[$0] }
    let merged: [Tensor]
    if operands.contains(where: { splitSource($0) != nil }) {
      merged = operands.map { mergedOperand($0, shape) }
    } else if operands.contains(where: { repeatedSample($0, shape) != nil }) {
      merged = operands.map { repeatedSample($0, shape) ?? $0.reshaped(shape.mergingFirstAxes) }
    } else {
      return nil
    }
    return rewriter.builder.add(Elementwise(function: function), merged).reshaped(shape)
  }

  /// An operand of `shape`, `[K, N, ...]`, as `[K · N, ...]`.
  private func mergedOperand(_ operand: Tensor, _ shape: Shape) -> Tensor {
    let flat = shape.mergingFirstAxes
    if let source = splitSource(operand) { return source }
    guard let shared = operand.source(of: Broadcast.self), shared.shape[0] == 1 else {
      return operand.reshaped(flat)
    }
    if let member = memberOfAllSamples(shared) { return member.broadcast(to: flat) }
    let batch = shared.reshaped(Shape(Array(shared.shape.extents.dropFirst())))
    let samples = Shape(Array(shape.extents.dropFirst()))
    // What all samples share, too, is read in place; whole samples are cycled, which is how epilogues know their masks.
    if batch.shape[0] == 1, batch.shape != samples { return batch.broadcast(to: flat) }
    return operand.builder.add(Cycle(count: shape[0]), [batch.broadcast(to: samples)])
  }

  /// What `tensor`, `[1, N, ...]`, repeats for every sample, `[1, ...]`: it is then repeated for all batches too.
  private func memberOfAllSamples(_ tensor: Tensor) -> Tensor? {
    guard let batch = tensor.source(of: Reshape.self), Shape([1] + batch.shape.extents) == tensor.shape,
      let member = batch.source(of: Broadcast.self), member.shape[0] == 1
    else { return nil }
    return member
  }

  /// One sample that all batches share, `[1, 1, ...]`, repeated for each of them: no copies need be written.
  private func repeatedSample(_ operand: Tensor, _ shape: Shape) -> Tensor? {
    guard shape[1] == 1, let sample = operand.source(of: Broadcast.self),
      sample.shape == Shape([1] + shape.extents.dropFirst())
    else { return nil }
    let member = sample.reshaped(Shape(Array(sample.shape.extents.dropFirst())))
    return member.broadcast(to: shape.mergingFirstAxes)
  }
}

extension Tensor {
  /// What this was made of, if an operation of this type made it.
  fileprivate func source<Made: Operation>(of type: Made.Type) -> Tensor? {
    guard case .operation(let operation) = builder.nodes[id].kind, operation is Made else { return nil }
    return Tensor(builder: builder, id: builder.nodes[id].inputs[0])
  }
}

extension Shape {
  /// `[K · N, ...]` for `[K, N, ...]`.
  var mergingFirstAxes: Shape { Shape([self[0] * self[1]] + extents[2...]) }
}
