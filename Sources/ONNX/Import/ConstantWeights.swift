internal import ArrayFiles

/// Weights that a file keeps in `Constant` nodes, which are stored values like those of initializers.
struct ConstantWeights {
  /// The inputs that operators take weights and statistics from.
  private static let positions = ParameterRoles.weights.merging(["BatchNormalization": [1, 2, 3, 4]]) { $1 }
  /// Operators through which a weight is seen as it was stored.
  private static let views: Set<String> = [
    "Identity", "Cast", "Transpose", "Reshape", "Squeeze", "Unsqueeze", "Flatten",
  ]

  private let producers: [String: ImportedNode]
  private var weights: [String: StoredArray] = [:]

  /// The nodes without constants that are weights, which are put among the stored values under the names they give.
  static func lifted(
    from nodes: [ImportedNode], into stored: inout [String: StoredArray]
  ) -> [ImportedNode] {
    var search = ConstantWeights(nodes)
    for node in nodes.flatMap(\.withSubgraphs) where node.domain.isEmpty {
      for index in positions[node.type] ?? [] where index < node.inputs.count {
        search.look(node.inputs[index])
      }
    }
    guard !search.weights.isEmpty else { return nodes }
    stored.merge(search.weights) { first, _ in first }
    return search.without(nodes)
  }

  private init(_ nodes: [ImportedNode]) {
    producers = nodes.flatMap(\.withSubgraphs).reduce(into: [:]) { producers, node in
      guard node.type == "Constant" || Self.views.contains(node.type), node.domain.isEmpty else { return }
      for output in node.outputs where !output.isEmpty { producers[output] = node }
    }
  }

  /// The nodes, and those of their subgraphs, but the constants that are weights.
  private func without(_ nodes: [ImportedNode]) -> [ImportedNode] {
    nodes.compactMap { node in
      if node.type == "Constant", weights[node.outputs.first ?? ""] != nil { return nil }
      var node = node
      node.subgraphs = node.subgraphs.mapValues { graph in
        var graph = graph
        graph.nodes = without(graph.nodes)
        return graph
      }
      return node
    }
  }

  private mutating func look(_ name: String) {
    var name = name
    // A chain of views is no longer than there are views; cycles are reported elsewhere.
    for _ in 0..<64 {
      guard let node = producers[name] else { return }
      if node.type == "Constant" {
        guard case .tensor(let array) = node.attributes["value"], array.element.isFloating, array.count > 1
        else {
          return
        }
        weights[name] = array
        return
      }
      guard let source = node.inputs.first else { return }
      name = source
    }
  }
}
