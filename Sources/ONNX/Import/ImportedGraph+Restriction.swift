extension ImportedGraph {
  /// The graph without what these outputs do not depend on.
  func restricted(to ports: [ONNXModel.Port]) -> ImportedGraph {
    let needed = needed(for: ports.map(\.name))
    return ImportedGraph(
      inputs: inputs, outputs: ports, initializers: initializers.filter { needed.contains($0.key) },
      nodes: nodes.filter { $0.outputs.contains { needed.contains($0) } }, roles: roles)
  }

  /// The names of the values that some values depend on, themselves included.
  func needed(for names: [String]) -> Set<String> {
    var needed = Set(names)
    for node in nodes.reversed() where node.outputs.contains(where: { needed.contains($0) }) {
      needed.formUnion(node.dependencies)
    }
    return needed
  }
}
