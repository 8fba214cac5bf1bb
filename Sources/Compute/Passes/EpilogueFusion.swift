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

extension Epilogue {
  /// The epilogue in double precision.
  func interpret(_ result: ReferenceArray, _ inputs: [ReferenceArray]) -> [ReferenceArray] {
    var values = result.values
    let plane = result.shape.extents[2...].reduce(1, *)
    for index in values.indices {
      if let bias { values[index] += inputs[bias].values[index / plane % result.shape[1]] }
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
  func fusingEpilogues(_ options: PlanOptions) -> Graph {
    var fusion = EpilogueFusion(self, savesMasks: options.contains(.bitMasks))
    return fusion.run()
  }
}

/// Finds, from the last node back to the convolution, the chains one kernel can compute.
private struct EpilogueFusion {
  let graph: Graph
  let savesMasks: Bool
  private let uses: [Int]
  private var matches: [NodeID: Match] = [:]
  private var isInside: Set<NodeID> = []
  /// For each node, the comparison of it with 0, if there is one.
  private var comparisons: [NodeID: NodeID] = [:]

  private struct Match {
    let convolution: NodeID
    var bias, residual, mask: NodeID?
    var appliesReLU = false
    var inside: [NodeID] = []
  }

  init(_ graph: Graph, savesMasks: Bool) {
    self.graph = graph
    self.savesMasks = savesMasks
    uses = graph.useCounts
    for id in graph.nodes.indices where graph.function(id) == .less {
      let inputs = graph.nodes[id].inputs
      if graph.splat(inputs[0]) == 0, comparisons[inputs[1]] == nil { comparisons[inputs[1]] = id }
    }
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
    guard let convolution = graph.operation(match.convolution, Convolution.self) else { return }
    var inputs = graph.nodes[match.convolution].inputs.map { rewriter[$0] }
    var epilogue = Epilogue()
    func input(_ tensor: Tensor) -> Int {
      inputs.append(tensor)
      return inputs.count - 1
    }
    epilogue.bias = match.bias.map { input(rewriter[$0].reshaped([rewriter[$0].shape.count])) }
    epilogue.residual = match.residual.map { input(rewriter[$0]) }
    epilogue.mask = match.mask.map { input(rewriter[$0]) }
    epilogue.appliesReLU = match.appliesReLU
    let comparison = match.appliesReLU && savesMasks && handlesMasks(match.convolution) ? comparisons[id] : nil
    epilogue.savesMask = comparison != nil
    let fused = rewriter.builder.add(FusedConvolution(convolution: convolution, epilogue: epilogue), inputs)
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
    guard var match = matchSum(id, isRoot: id == root) else { return nil }
    if mask != nil, !handlesMasks(match.convolution) { return nil }
    if id != root, uses[id] != 1 { return nil }
    match.mask = mask
    match.appliesReLU = appliesReLU
    match.inside = (match.inside + inside).filter { $0 != root }
    let isEmpty = match.bias == nil && match.residual == nil && match.mask == nil && !appliesReLU
    return isEmpty ? nil : match
  }

  /// A convolution with up to one bias and one residual added, in any order.
  private func matchSum(_ start: NodeID, isRoot: Bool) -> Match? {
    var id = start
    var bias: NodeID?
    var residual: NodeID?
    var inside: [NodeID] = []
    while graph.function(id) == .add {
      let (a, b) = (graph.nodes[id].inputs[0], graph.nodes[id].inputs[1])
      if bias == nil, let found = graph.channelFactor(b), leads(a) {
        bias = found
        id = a
      } else if bias == nil, let found = graph.channelFactor(a), leads(b) {
        bias = found
        id = b
      } else if residual == nil, leads(max(a, b)), graph.nodes[a].type == graph.nodes[b].type, a != b {
        residual = min(a, b)
        id = max(a, b)
      } else if residual == nil, leads(min(a, b)), graph.nodes[a].type == graph.nodes[b].type, a != b {
        residual = max(a, b)
        id = min(a, b)
      } else {
        return nil
      }
      inside.append(id)
    }
    guard let convolution = graph.operation(id, Convolution.self), convolution.role != .weight else { return nil }
    if id != start, uses[id] != 1 { return nil }
    return Match(convolution: id, bias: bias, residual: residual, inside: inside)
  }

  /// Whether a chain may go on through node `id`: it is read once and ends in a convolution.
  private func leads(_ id: NodeID) -> Bool {
    guard uses[id] == 1, !isInside.contains(id), matches[id] == nil else { return false }
    if let convolution = graph.operation(id, Convolution.self) { return convolution.role != .weight }
    guard graph.function(id) == .add else { return false }
    return graph.nodes[id].inputs.contains { leads($0) }
  }

  private func maskSource(_ id: NodeID) -> NodeID {
    graph.operation(id, Cycle.self) != nil ? graph.nodes[id].inputs[0] : id
  }

  private func handlesMasks(_ id: NodeID) -> Bool {
    guard let convolution = graph.operation(id, Convolution.self) else { return false }
    let node = graph.nodes[id]
    let shape = GatherConvolution(
      convolution, input: graph.nodes[node.inputs[0]].type.shape, weight: graph.nodes[node.inputs[1]].type.shape,
      result: node.type.shape)
    return shape.cpuKernel.handlesMasks
  }
}
