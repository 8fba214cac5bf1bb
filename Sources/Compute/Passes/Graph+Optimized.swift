extension Graph {
  /// This graph after the passes that rewrite graphs, in order.
  func optimized(for family: KernelFamily, _ options: PlanOptions) -> Graph {
    var graph = self
    if options.contains(.simplification) { graph = graph.simplified().mergingBatches().simplified() }
    if options.contains(.batchNormFolding) {
      graph = graph.foldingBatchNorm()
      if options.contains(.simplification) { graph = graph.simplified() }
    }
    graph = graph.preservingTies()
    if options.contains(.epilogueFusion) { graph = graph.fusingPools().fusingEpilogues(options) }
    return graph.mappingBodies { $0.optimized(for: family, options) }
  }

  /// This graph with the bodies of its loops replaced.
  private func mappingBodies(_ change: (Graph) -> Graph) -> Graph {
    guard nodes.contains(where: { if case .loop = $0.kind { true } else { false } }) else { return self }
    let changed = nodes.map { node -> Node in
      guard case .loop(let loop) = node.kind else { return node }
      let body = Loop(count: loop.count, carried: loop.carried, body: change(loop.body))
      return Node(kind: .loop(body), inputs: node.inputs, types: node.types, location: node.location)
    }
    return Graph(nodes: changed, outputs: outputs, updates: updates)
  }
}
