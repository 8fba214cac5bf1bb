extension Graph {
  /// This graph with every convolution that a max pool sees the results of marked to preserve ties.
  ///
  /// Flat regions of an image, such as the background of a digit, give windows whose values are all equal, and the
  /// derivative belongs to the first of them. A kernel that rounds by place would choose another one in each window:
  /// values within rounding of the true ones, but a gradient that is far from the true gradient.
  func preservingTies() -> Graph {
    let seen = nodesSeenByPools()
    guard nodes.indices.contains(where: { seen[$0] && operation($0, Convolution.self) != nil }) else {
      return self
    }
    let marked = nodes.indices.map { id -> Node in
      guard seen[id], var convolution = operation(id, Convolution.self) else { return nodes[id] }
      convolution.preservesTies = true
      let node = nodes[id]
      return Node(
        kind: .operation(convolution), inputs: node.inputs, types: node.types, location: node.location)
    }
    return Graph(nodes: marked, outputs: outputs, updates: updates)
  }

  /// For each node, whether the taps of some max pool depend on it.
  private func nodesSeenByPools() -> [Bool] {
    var seen = [Bool](repeating: false, count: nodes.count)
    for id in nodes.indices.reversed() where seen[id] || operation(id, WindowMaximum.self) != nil {
      for input in nodes[id].inputs { seen[input] = true }
    }
    return seen
  }
}
