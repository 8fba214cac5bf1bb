extension Graph {
  /// This graph with algebraic identities applied, constants folded and equal nodes joined.
  ///
  /// Only identities that hold for every float are used: `x + 0` may drop a zero's sign, nothing else changes;
  /// `x · 0` stays, because it is not 0 for NaN and infinity.
  ///
  /// - Returns: nil where nothing of that is there.
  func simplified() -> Graph? {
    var simplifier = Simplifier(self)
    for id in nodes.indices { simplifier.visit(id) }
    return simplifier.rewriter.finishedIfChanged()
  }
}

private struct Simplifier {
  var rewriter: GraphRewriter
  /// The nodes by hash; one whose hash is taken by another node has the next that is free.
  private var known: [Int: NodeID] = [:]
  private var graph: Graph { rewriter.graph }
  private var builder: GraphBuilder { rewriter.builder }

  init(_ graph: Graph) {
    rewriter = GraphRewriter(graph)
    known.reserveCapacity(graph.nodes.count)
  }

  mutating func visit(_ id: NodeID) {
    let node = graph.nodes[id]
    let inputs = node.inputs.map { rewriter[$0] }
    let before = builder.nodes.count
    if case .operation(let operation) = node.kind, let simpler = simplified(operation, inputs, node.type) {
      return rewriter.replace(id, by: joined(simpler, since: before))
    }
    let copy = builder.append(node.kind, inputs.map(\.id), node.types, at: node.location)
    let joined = joined(copy, since: before)
    if joined.id == copy.id { rewriter.copied(id, as: copy) } else { rewriter.replace(id, by: joined) }
  }

  /// An equal node made earlier in place of `tensor`, if there is one.
  private mutating func joined(_ tensor: Tensor, since first: NodeID) -> Tensor {
    var result = tensor
    for id in first..<max(first, builder.nodes.count) {
      if case .input = builder.nodes[id].kind { continue }
      let earlier = noted(id)
      if id == tensor.id { result = Tensor(builder: builder, id: earlier) }
    }
    return result
  }

  /// The first node that is equal to this one, which may be itself.
  private mutating func noted(_ id: NodeID) -> NodeID {
    var hash = builder.nodes[id].hashValue
    while let earlier = known[hash] {
      if builder.nodes[earlier] == builder.nodes[id] { return earlier }
      hash &+= 1
    }
    known[hash] = id
    return id
  }

  private func kind(_ tensor: Tensor) -> NodeKind { builder.nodes[tensor.id].kind }

  private func splat(_ tensor: Tensor) -> Double? {
    if case .constant(.splat(let value, _)) = kind(tensor) { return value }
    return nil
  }

  private func source(_ tensor: Tensor) -> Tensor {
    Tensor(builder: builder, id: builder.nodes[tensor.id].inputs[0])
  }

  private func operation<O: Operation>(_ tensor: Tensor, _ type: O.Type) -> O? {
    if case .operation(let operation) = kind(tensor) { return operation as? O }
    return nil
  }

  private func simplified(_ operation: any Operation, _ x: [Tensor], _ type: TensorType) -> Tensor? {
    switch operation {
    case let map as Elementwise: return simplified(map.function, x, type)
    case is Cast: return x[0].element == type.element ? x[0] : folded(operation, x, type)
    case is any ViewOperation: return simplifiedView(operation, x[0], type)
    case let reduce as Reduce: return simplified(reduce, x[0], type)
    case let pad as Pad where x[0].type == type && pad.value == 0: return x[0]
    default: return nil
    }
  }

  private func constant(_ value: Double, _ type: TensorType) -> Tensor {
    builder.constant(.splat(value, type))
  }

  /// The result for operands that are each one number everywhere.
  private func folded(_ operation: any Operation, _ x: [Tensor], _ type: TensorType) -> Tensor? {
    let values = x.compactMap(splat)
    guard values.count == x.count, type.shape.count > 0 else { return nil }
    let scalars = zip(x, values).map { ReferenceArray(TensorType(.scalar, $0.element), [$1]) }
    let result = operation.interpret(scalars)[0].values[0]
    return constant(type.element == .float32 ? Double(Float(result)) : result, type)
  }

  private func simplifiedView(_ operation: any Operation, _ x: Tensor, _ type: TensorType) -> Tensor? {
    if let value = splat(x) { return constant(value, type) }
    if x.type == type, operation is Reshape || operation is Broadcast || operation is Slice { return x }
    if let reshape = operation as? Reshape, self.operation(x, Reshape.self) != nil {
      return source(x).reshaped(reshape.shape)
    }
    if let reshape = operation as? Reshape, let narrow = mergedUnderBroadcast(reshape, x) { return narrow }
    if let transpose = operation as? Transpose, let inner = self.operation(x, Transpose.self) {
      return source(x).transposed(transpose.permutation.map { inner.permutation[$0] })
    }
    if let broadcast = operation as? Broadcast, self.operation(x, Broadcast.self) != nil {
      return source(x).broadcast(to: broadcast.shape)
    }
    return nil
  }

  /// The first two axes of a broadcast joined before its other axes are repeated.
  ///
  /// Joined axes that are repeated each in its own way must be written to memory; the others need not.
  private func mergedUnderBroadcast(_ reshape: Reshape, _ x: Tensor) -> Tensor? {
    guard operation(x, Broadcast.self) != nil, x.shape.rank >= 3, reshape.shape == x.shape.mergingFirstAxes
    else {
      return nil
    }
    let narrow = source(x)
    let tail = narrow.shape.extents[2...]
    guard tail != x.shape.extents[2...], x.shape.count > 0 else { return nil }
    let whole = narrow.broadcast(to: Shape([x.shape[0], x.shape[1]] + tail))
    return whole.reshaped(whole.shape.mergingFirstAxes).broadcast(to: reshape.shape)
  }

  private func simplified(_ reduce: Reduce, _ x: Tensor, _ type: TensorType) -> Tensor? {
    if reduce.axes.allSatisfy({ x.shape[$0] == 1 }) { return x }
    guard let value = splat(x), x.shape.count > 0, type.element == .float32 else { return nil }
    let count = reduce.fold == .sum ? Double(x.shape.count / type.shape.count) : 1
    return constant(value * count, type)
  }

  private func simplified(_ function: ScalarFunction, _ x: [Tensor], _ type: TensorType) -> Tensor? {
    if function == .detach { return x[0] }
    if let folded = folded(Elementwise(function: function), x, type) { return folded }
    if let identity = identity(function, x) { return identity }
    return underBroadcast(function, x, type)
  }

  private func identity(_ function: ScalarFunction, _ x: [Tensor]) -> Tensor? {
    switch function {
    case .add: return splat(x[1]) == 0 ? x[0] : splat(x[0]) == 0 ? x[1] : nil
    case .subtract: return splat(x[1]) == 0 ? x[0] : nil
    case .multiply: return splat(x[1]) == 1 ? x[0] : splat(x[0]) == 1 ? x[1] : nil
    case .guardedMultiply:
      // A finite number other than 0 lets 0 win by itself.
      let isPlain = x.contains { splat($0).map { $0.isFinite && $0 != 0 } == true }
      return isPlain ? identity(.multiply, x) ?? x[0] * x[1] : nil
    case .divide: return splat(x[1]) == 1 ? x[0] : nil
    case .select:
      if let condition = splat(x[0]) { return condition != 0 ? x[1] : x[2] }
      return x[1].id == x[2].id ? x[1] : nil
    case .not:
      return operation(x[0], Elementwise.self)?.function == .not ? source(x[0]) : nil
    default: return nil
    }
  }

  /// `f(broadcast a, broadcast b)` as `broadcast f(a, b)`: the function is computed before elements are repeated.
  private func underBroadcast(_ function: ScalarFunction, _ x: [Tensor], _ type: TensorType) -> Tensor? {
    let open = x.filter { splat($0) == nil }
    guard let first = open.first, operation(first, Broadcast.self) != nil else { return nil }
    let shape = source(first).shape
    guard open.allSatisfy({ operation($0, Broadcast.self) != nil && source($0).shape == shape }) else {
      return nil
    }
    let narrow = x.map { tensor in
      splat(tensor).map { constant($0, TensorType(shape, tensor.element)) } ?? source(tensor)
    }
    return builder.add(Elementwise(function: function), narrow).broadcast(to: type.shape)
  }
}
