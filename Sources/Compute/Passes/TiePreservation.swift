extension Graph {
  /// This graph with every convolution marked to preserve ties that a max pool sees the results of, or whose sums are
  /// rounded.
  ///
  /// Flat regions of an image, such as the background of a digit, give windows whose values are all equal, and the
  /// derivative belongs to the first of them. A kernel that rounds by place would choose another one in each window:
  /// values within rounding of the true ones, but a gradient that is far from the true gradient.
  ///
  /// Sums that are rounded are those of whole numbers, as quantised models have them. Taken term by term they are exact; minimal
  /// filtering goes by fractions, and where sums are large it comes nearer to another whole number.
  func preservingTies() -> Graph {
    let seen = nodesSeenByPools().union(nodesThatAreRounded())
    guard seen.contains(where: { operation($0, Convolution.self) != nil }) else { return self }
    let marked = nodes.indices.map { id -> Node in
      guard seen.contains(id), var convolution = operation(id, Convolution.self) else { return nodes[id] }
      convolution.preservesTies = true
      let node = nodes[id]
      return Node(
        kind: .operation(convolution), inputs: node.inputs, types: node.types, location: node.location)
    }
    return Graph(nodes: marked, outputs: outputs, updates: updates)
  }

  /// The nodes that the taps of some max pool depend on.
  private func nodesSeenByPools() -> Set<NodeID> {
    var seen: Set<NodeID> = []
    for id in nodes.indices.reversed() where seen.contains(id) || operation(id, WindowMaximum.self) != nil {
      seen.formUnion(nodes[id].inputs)
    }
    return seen
  }

  /// The nodes that are rounded to whole numbers as they are, moved, or with others added.
  private func nodesThatAreRounded() -> Set<NodeID> {
    var seen: Set<NodeID> = []
    for id in nodes.indices.reversed() where function(id) == .round || (seen.contains(id) && keepsSums(id)) {
      seen.formUnion(nodes[id].inputs)
    }
    return seen
  }

  /// Whether a node's results are its inputs in other places, or sums of them.
  private func keepsSums(_ id: NodeID) -> Bool {
    guard case .operation(let operation) = nodes[id].kind else { return false }
    return switch operation {
    case let map as Elementwise: map.function == .add || map.function == .subtract
    case is Reshape, is Transpose, is Slice, is Concatenate: true
    default: false
    }
  }
}
