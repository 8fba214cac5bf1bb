extension Graph {
  /// This graph with the definitions in place of those primitives that have no kernels in `family` for their inputs, or
  /// none that are exact enough.
  func expandingDefinitions(for family: KernelFamily, _ options: PlanOptions) -> Graph {
    func expands(_ node: Node) -> (any DefinedPrimitive)? {
      guard case .operation(let operation) = node.kind, let primitive = operation as? any DefinedPrimitive,
        !primitive.hasKernels(family, node.inputs.map { nodes[$0].type })
          || (options.contains(.exactSums) && !primitive.hasExactKernels)
      else { return nil }
      return primitive
    }
    guard nodes.contains(where: { expands($0) != nil }) else { return self }
    var rewriter = GraphRewriter(self)
    for id in nodes.indices {
      if let primitive = expands(nodes[id]) {
        rewriter.replace(id, by: primitive.definition(nodes[id].inputs.map { rewriter[$0] }))
      } else {
        rewriter.copy(id)
      }
    }
    // A definition may use defined primitives.
    return rewriter.finished().expandingDefinitions(for: family, options)
  }
}
