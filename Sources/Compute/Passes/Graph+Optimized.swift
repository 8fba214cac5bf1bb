extension Graph {
  /// This graph after the passes that rewrite graphs, in order.
  ///
  /// - Parameters:
  ///   - fixed: Inputs whose values depend on parameters alone, as do those that a loop captures from outside.
  ///   - limits: What the device offers to kernels.
  public func optimized(
    for family: KernelFamily, _ options: PlanOptions, fixed: Set<NodeID> = [], limits: DeviceLimits = .none
  ) -> Graph {
    let options = options.consistent
    // Passes copy inputs in their order, so that the place of an input says which it is.
    let isFixed = inputs.map { fixed.contains($0.node) }
    func fixedInputs(of graph: Graph) -> Set<NodeID> {
      Set(zip(graph.inputs, isFixed).filter(\.1).map(\.0.node))
    }
    var settling = SettlingGraph(expandingDefinitions(for: family, options), options)
    settling.simplify()
    if options.contains(.simplification) { settling.apply { $0.mergingBatches() } }
    settling.simplify()
    if options.contains(.batchNormFolding) {
      settling.apply { $0.foldingBatchNorm(fixed: fixedInputs(of: $0)) }
      settling.simplify()
    }
    var graph = settling.graph
    if family == .cpu, options.contains(.selectionFusion) { graph = graph.fusingSelections() }
    graph = graph.preservingTies()
    if options.contains(.epilogueFusion) { graph = graph.fusingPools().fusingEpilogues(options, limits) }
    if options.contains(.exactSums) { graph = graph.fusingPools() }
    return graph.optimizingBodies(for: family, options, fixed: fixedInputs(of: graph), limits)
  }

  /// This graph with the bodies of its loops optimised, and what does not change in them computed before them.
  private func optimizingBodies(
    for family: KernelFamily, _ options: PlanOptions, fixed: Set<NodeID>, _ limits: DeviceLimits
  ) -> Graph {
    guard hasLoops else { return self }
    let isFixed = dependsOnParametersAlone(fixed: fixed)
    var rewriter = GraphRewriter(self)
    for id in nodes.indices {
      guard case .loop(let loop) = nodes[id].kind else {
        rewriter.copy(id)
        continue
      }
      let captured = nodes[id].inputs[loop.carried...]
      let inputs = loop.body.inputs.dropFirst(1 + loop.carried)
      let fixedInputs = Set(zip(inputs, captured).filter { isFixed[$0.1] }.map(\.0.node))
      let body = loop.body.optimized(for: family, options, fixed: fixedInputs, limits: limits)
      let hoisting = LoopHoisting(body, carried: loop.carried)
      let lifted = hoisting.lifted(into: rewriter.builder, captured.map { rewriter[$0] })
      let changed = Loop(count: loop.count, carried: loop.carried, body: hoisting.body)
      let all = nodes[id].inputs.map { rewriter[$0] } + lifted
      rewriter.replace(
        id,
        by: rewriter.builder.append(.loop(changed), all.map(\.id), nodes[id].types, at: nodes[id].location))
    }
    return rewriter.finished()
  }
}

/// A graph that is simplified between other passes.
///
/// Once that has changed nothing, it is not tried again before something else has.
private struct SettlingGraph {
  private(set) var graph: Graph
  private let simplifies: Bool
  private var isSettled = false

  init(_ graph: Graph, _ options: PlanOptions) {
    self.graph = graph.pruned()
    simplifies = options.contains(.simplification)
  }

  mutating func simplify() {
    guard simplifies, !isSettled else { return }
    let simpler = graph.simplified()
    isSettled = simpler == nil
    graph = simpler ?? graph
  }

  /// - Parameter pass: Gives nil where it changes nothing.
  mutating func apply(_ pass: (Graph) -> Graph?) {
    guard let changed = pass(graph) else { return }
    (graph, isSettled) = (changed, false)
  }
}
