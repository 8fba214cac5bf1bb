internal import ArrayFiles
internal import Compute
internal import Networks

/// Finds out which stored values of a model are parameters, and what for.
struct ParameterCatalog {
  /// In the order of their use.
  let parameters: [Parameter]

  /// Inputs that operators take numbers from, to which there is no derivative.
  private static let settings: [String: Set<Int>] = [
    "Clip": [1, 2], "Dropout": [1, 2], "OneHot": [1, 2], "Pad": [1, 2, 3], "Range": [0, 1, 2],
    "Resize": [1, 2, 3], "Upsample": [1],
  ]

  init(_ graph: ImportedGraph) throws {
    var order: [String] = []
    var seen: Set<String> = []
    for node in graph.allNodes {
      for (index, name) in node.inputs.enumerated() {
        guard let stored = graph.initializers[name], stored.element.isFloating else { continue }
        if Self.settings[node.type]?.contains(index) == true { continue }
        if seen.insert(name).inserted { order.append(name) }
      }
    }
    for output in graph.outputs where graph.initializers[output.name]?.element.isFloating == true {
      if seen.insert(output.name).inserted { order.append(output.name) }
    }
    let roles = ParameterRoles(graph).roles
    parameters = order.compactMap { name in
      graph.initializers[name].map { Parameter(name, role: roles[name] ?? .constant, $0.traced) }
    }
  }
}
