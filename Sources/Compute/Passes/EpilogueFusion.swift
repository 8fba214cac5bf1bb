/// A convolution or its adjoint for images, with what is done to each result before it is stored.
///
/// Inputs: the image, the weight, then what the epilogue names. Results: the values, and the mask if one is saved.
struct FusedConvolution: Operation {
  static let name = "fusedConvolution"
  let convolution: Convolution
  let epilogue: Epilogue

  func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    let type = try convolution.resultTypes(Array(inputs[..<2]))[0]
    return epilogue.savesMask ? [type, TensorType(type.shape, .bool)] : [type]
  }

  func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    epilogue.interpret(convolution.interpret(Array(inputs[..<2]))[0], inputs)
  }

  func lower(_ lowering: inout Lowering) {
    switch lowering.family {
    case .cpu: convolution.lowerImages(&lowering, epilogue)
    case .gpu: convolution.lowerImagesGPU(&lowering, epilogue)
    }
  }
}

/// A product of matrices with what is done to each result before it is stored.
///
/// Inputs: the operands, then what the epilogue names. Results: the values, and the mask if one is saved.
struct FusedMatrixMultiply: Operation {
  static let name = "fusedMatmul"
  let epilogue: Epilogue
  /// The extents of the result, which may name the product's rows by several axes.
  let shape: Shape

  func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    let product = try MatrixMultiply().resultTypes(Array(inputs[..<2]))[0]
    guard product.shape.count == shape.count else { throw TypeMismatch("\(shape) does not hold \(product)") }
    return epilogue.savesMask ? [TensorType(shape), TensorType(shape, .bool)] : [TensorType(shape)]
  }

  func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    let product = MatrixMultiply().interpret(Array(inputs[..<2]))[0]
    return epilogue.interpret(
      ReferenceArray(TensorType(shape), product.values), inputs, channelAxis: shape.rank - 1)
  }

  func lower(_ lowering: inout Lowering) { MatrixMultiply().lower(&lowering, epilogue) }
}

extension Epilogue {
  /// The epilogue in double precision.
  func interpret(
    _ result: ReferenceArray, _ inputs: [ReferenceArray], channelAxis: Int = 1
  ) -> [ReferenceArray] {
    var values = result.values
    let plane = result.shape.extents[(channelAxis + 1)...].reduce(1, *)
    for index in values.indices {
      if let bias { values[index] += inputs[bias].values[index / plane % result.shape[channelAxis]] }
      if let residual { values[index] += inputs[residual].values[index] }
      if appliesReLU, values[index] <= 0 { values[index] = 0 }
    }
    let saved = values.map { $0 > 0 ? 1.0 : 0 }
    if let mask {
      let bits = inputs[mask].values
      for index in values.indices where bits[index % bits.count] == 0 { values[index] = 0 }
    }
    let output = ReferenceArray(result.type, values)
    return savesMask ? [output, ReferenceArray(TensorType(result.shape, .bool), saved)] : [output]
  }
}

extension Graph {
  /// This graph with bias, residual, activation and mask moved into the kernel of the convolution before them.
  func fusingEpilogues(_ options: PlanOptions, _ limits: DeviceLimits) -> Graph {
    var fusion = EpilogueFusion(self, savesMasks: options.contains(.bitMasks), options, limits)
    return fusion.run()
  }
}

/// Finds, from the last node back to the convolution or product, the chains one kernel can compute.
private struct EpilogueFusion {
  let graph: Graph
  let savesMasks: Bool
  private let options: PlanOptions
  private let limits: DeviceLimits
  private let uses: [Int]
  private var matches: [NodeID: Match] = [:]
  private var isInside: Set<NodeID> = []
  /// For each node, the comparison of it with 0, if there is one.
  private let comparisons: [NodeID: NodeID]
  /// For each node that one other reads, the convolution or product that a chain of additions from it ends in.
  private var cores: [NodeID?] = []

  /// A chain: the node it begins with and what is done to its result.
  private struct Match {
    let core: NodeID
    var bias, residual, mask: NodeID?
    var appliesReLU = false
    var inside: [NodeID] = []
  }

  init(_ graph: Graph, savesMasks: Bool, _ options: PlanOptions, _ limits: DeviceLimits) {
    self.graph = graph
    (self.options, self.limits) = (options, limits)
    self.savesMasks = savesMasks
    uses = graph.useCounts
    comparisons = graph.comparisonsWithZero
    // From the first node on, each in one step: a chain of additions may be as long as the graph.
    for id in graph.nodes.indices { cores.append(uses[id] == 1 ? core(startingFrom: id) : nil) }
  }

  mutating func run() -> Graph {
    for id in graph.nodes.indices.reversed() where !isInside.contains(id) {
      guard let match = match(root: id) else { continue }
      matches[id] = match
      isInside.formUnion(match.inside)
    }
    guard !matches.isEmpty else { return graph }
    var rewriter = GraphRewriter(graph)
    for id in graph.nodes.indices where !rewriter.hasReplacement(id) && !isInside.contains(id) {
      if let match = matches[id] { emit(match, at: id, &rewriter) } else { rewriter.copy(id) }
    }
    return rewriter.finished()
  }

  private func emit(_ match: Match, at id: NodeID, _ rewriter: inout GraphRewriter) {
    var inputs = graph.nodes[match.core].inputs.map { rewriter[$0] }
    var epilogue = Epilogue()
    func input(_ tensor: Tensor) -> Int {
      inputs.append(tensor)
      return inputs.count - 1
    }
    epilogue.bias = match.bias.map { input(rewriter[$0].reshaped([rewriter[$0].shape.count])) }
    epilogue.residual = match.residual.map { input(rewriter[$0]) }
    epilogue.mask = match.mask.map { input(rewriter[$0]) }
    epilogue.appliesReLU = match.appliesReLU
    let comparison = match.appliesReLU && savesMasks && handlesMasks(match.core) ? comparisons[id] : nil
    epilogue.savesMask = comparison != nil
    let operation: any Operation
    if let convolution = graph.operation(match.core, Convolution.self) {
      operation = FusedConvolution(convolution: convolution, epilogue: epilogue)
    } else {
      operation = FusedMatrixMultiply(epilogue: epilogue, shape: graph.nodes[id].type.shape)
    }
    let fused = rewriter.builder.add(operation, inputs)
    rewriter.replace(id, by: fused)
    if let comparison { rewriter.replace(comparison, by: fused.result(1)) }
  }

  private func match(root: NodeID) -> Match? {
    var id = root
    var inside: [NodeID] = []
    var mask: NodeID?
    var appliesReLU = false
    if graph.function(id) == .relu {
      appliesReLU = true
      id = graph.nodes[id].inputs[0]
      inside.append(id)
    } else if graph.function(id) == .select, graph.splat(graph.nodes[id].inputs[2]) == 0 {
      mask = maskSource(graph.nodes[id].inputs[0])
      id = graph.nodes[id].inputs[1]
      inside.append(id)
    }
    guard var match = matchSum(id) else { return nil }
    if mask != nil, !handlesMasks(match.core) { return nil }
    if id != root, uses[id] != 1 { return nil }
    match.mask = mask
    match.appliesReLU = appliesReLU
    match.inside = (match.inside + inside).filter { $0 != root }
    let isEmpty = match.bias == nil && match.residual == nil && match.mask == nil && !appliesReLU
    return isEmpty ? nil : match
  }

  /// A convolution or product with up to one bias and one residual added, in any order.
  private func matchSum(_ start: NodeID) -> Match? {
    guard !isInside.contains(start), let core = core(startingFrom: start) else { return nil }
    var id = start
    var match = Match(core: core)
    while graph.function(id) == .add {
      guard let next = step(id, &match) else { return nil }
      id = next
      match.inside.append(id)
    }
    if id != core { match.inside.append(core) }
    return match
  }

  /// Takes one addition into the match and returns the operand the chain goes on with.
  private func step(_ id: NodeID, _ match: inout Match) -> NodeID? {
    let (a, b) = (graph.nodes[id].inputs[0], graph.nodes[id].inputs[1])
    // The operand computed later is tried first: the other one is then there when the kernel runs.
    for (chain, other) in [(max(a, b), min(a, b)), (min(a, b), max(a, b))] where a != b {
      guard cores[chain] == match.core else { continue }
      if match.bias == nil, let bias = bias(other, of: match.core) {
        match.bias = bias
        return chain
      }
      if match.residual == nil, graph.nodes[other].type == graph.nodes[id].type {
        match.residual = other
        return chain
      }
    }
    return nil
  }

  /// The convolution or product that a chain of additions from node `id` ends in; every node of the chain but the first
  /// is read once, so that no other match reaches into it.
  ///
  /// Of two additions' operands the later one is followed first, as `step` does.
  private func core(startingFrom id: NodeID) -> NodeID? {
    if let core = core(id) { return core }
    guard graph.function(id) == .add else { return nil }
    let (a, b) = (graph.nodes[id].inputs[0], graph.nodes[id].inputs[1])
    return cores[max(a, b)] ?? cores[min(a, b)]
  }

  /// The convolution or product that node `id` is, or renames the axes of.
  private func core(_ id: NodeID) -> NodeID? {
    if let convolution = graph.operation(id, Convolution.self) {
      return convolution.role != .weight ? id : nil
    }
    if graph.operation(id, MatrixMultiply.self) != nil { return id }
    guard graph.operation(id, Reshape.self) != nil else { return nil }
    let source = graph.nodes[id].inputs[0]
    let isProduct = graph.operation(source, MatrixMultiply.self) != nil && uses[source] == 1
    return isProduct && graph.nodes[id].type.shape.extents.last == graph.nodes[source].type.shape[2]
      ? source : nil
  }

  /// The node whose elements node `id` repeats over all but the channels of `core`'s result.
  private func bias(_ id: NodeID, of core: NodeID) -> NodeID? {
    if graph.operation(core, Convolution.self) != nil { return graph.channelFactor(id) }
    guard graph.operation(id, Broadcast.self) != nil else { return nil }
    let source = graph.nodes[id].inputs[0]
    let columns = graph.nodes[core].type.shape[2]
    let shape = graph.nodes[source].type.shape
    return shape.count == columns && shape.extents.last == columns ? source : nil
  }

  private func maskSource(_ id: NodeID) -> NodeID {
    graph.operation(id, Cycle.self) != nil ? graph.nodes[id].inputs[0] : id
  }

  private func handlesMasks(_ core: NodeID) -> Bool {
    let node = graph.nodes[core]
    guard let convolution = graph.operation(core, Convolution.self) else {
      return node.type.shape[2] % Layout.lanes == 0
    }
    let shape = GatherConvolution(
      convolution, input: graph.nodes[node.inputs[0]].type.shape,
      weight: graph.nodes[node.inputs[1]].type.shape,
      result: node.type.shape, options: options)
    return shape.cpuKernel(within: limits).handlesMasks
  }
}
