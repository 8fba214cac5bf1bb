internal import ArrayFiles
internal import Networks

/// Weights and statistics that a file keeps in `Constant` nodes, which are stored values like those of initializers.
///
/// Other constants stay nodes, so that what is computed from them alone is computed once.
enum ConstantWeights {
  /// The nodes without constants that are weights or statistics, which are put among the stored values under the names they
  /// give.
  ///
  /// - Parameters:
  ///   - nodes: In an order in which they can be computed.
  ///   - roles: What stored values are for, where the file says so.
  static func lifted(
    from nodes: [ImportedNode], into stored: inout [String: StoredArray], _ roles: [String: Parameter.Role]
  ) -> [ImportedNode] {
    let all = nodes.flatMap(\.withSubgraphs)
    let constants = all.reduce(into: [String: StoredArray]()) { constants, node in
      if let array = node.constant, array.element.isFloating, let name = node.outputs.first {
        constants[name] = array
      }
    }
    guard !constants.isEmpty else { return nodes }
    // An initializer in the place of each says what they are for.
    let found = ParameterRoles(all, stored: stored.merging(constants) { first, _ in first }, said: roles)
      .roles
    let lifted = constants.filter { found[$0.key, default: .constant] != .constant }
    stored.merge(lifted) { first, _ in first }
    return without(Set(lifted.keys), nodes)
  }

  /// The nodes, and those of their subgraphs, but the constants of these names.
  private static func without(_ names: Set<String>, _ nodes: [ImportedNode]) -> [ImportedNode] {
    guard !names.isEmpty else { return nodes }
    return nodes.compactMap { node in
      if node.constant != nil, let name = node.outputs.first, names.contains(name) { return nil }
      var node = node
      node.subgraphs = node.subgraphs.mapValues { graph in
        var graph = graph
        graph.nodes = without(names, graph.nodes)
        return graph
      }
      return node
    }
  }
}

extension ImportedNode {
  /// The array that a `Constant` node holds.
  fileprivate var constant: StoredArray? {
    guard type == "Constant", domain.isEmpty else { return nil }
    if case .tensor(let array) = attributes["value"] { return array }
    if case .floats(let numbers) = attributes["value_floats"] {
      return StoredArray(shape: [numbers.count], floats: numbers)
    }
    return nil
  }
}
