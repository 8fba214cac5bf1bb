/// Where the nodes of a graph come from, in words: what the launches made for them are called.
struct LaunchOrigins {
  /// For each node made of parameters and constants alone, the largest of its parameters.
  private let made: [Made]
  /// For each node, the layer of the parameter whose next value it leads to, if it leads to no other.
  private let goals: [String?]
  /// What the inputs that stand for parameters are called, and the layers these belong to; names may be long, so each
  /// is taken apart once.
  private let names, layers: [String]

  private struct Made {
    var isFixed: Bool
    /// The place in `names`.
    var parameter: Int?
    var count = 0
  }

  /// - Parameter inputs: The parameter that each input stands for, if any; by default what the graph declares.
  init(_ graph: Graph, inputs: [String?]? = nil) {
    var rest = (inputs ?? graph.inputs.map { $0.role == .parameter ? $0.name : nil })[...]
    var names: [String] = []
    var made: [Made] = []
    for node in graph.nodes {
      switch node.kind {
      case .input:
        let name = rest.popFirst() ?? nil
        if let name { names.append(name) }
        let parameter = name == nil ? nil : names.count - 1
        made.append(Made(isFixed: name != nil, parameter: parameter, count: node.type.shape.count))
      case .constant: made.append(Made(isFixed: true))
      case .loop: made.append(Made(isFixed: false))
      case .operation, .result:
        let largest = node.inputs.map { made[$0] }.filter { $0.parameter != nil }.max { $0.count < $1.count }
        let isFixed = node.inputs.allSatisfy { made[$0].isFixed }
        let parameter = isFixed ? largest?.parameter : nil
        made.append(Made(isFixed: isFixed, parameter: parameter, count: largest?.count ?? 0))
      }
    }
    (self.made, self.names) = (made, names)
    layers = names.map(LaunchPurpose.layer(of:))
    var layerOfGoal: [String: String] = [:]
    for update in graph.updates { layerOfGoal[update.parameter] = LaunchPurpose.layer(of: update.parameter) }
    goals = LaunchOrigins.goals(graph).map { $0.flatMap { layerOfGoal[$0] } }
  }

  /// What stands behind the inputs of a loop's body, given the node's inputs.
  func parameters(of nodes: [NodeID], inBodyOf loop: Loop) -> [String?] {
    [nil]
      + nodes.enumerated().map { place, node in
        place < loop.carried ? nil : made[node].parameter.map { names[$0] }
      }
  }

  /// What the launches of node `id` are for.
  func purpose(of id: NodeID, _ graph: Graph) -> LaunchPurpose {
    let node = graph.nodes[id]
    return LaunchPurpose(
      operation: node.kind.title, layer: layer(id, node), part: .operation,
      multiplyAdds: graph.multiplyAdds(of: node), reason: nil)
  }

  private func layer(_ id: NodeID, _ node: Node) -> String {
    let operands = node.inputs.map { made[$0] }.filter { $0.parameter != nil }
    let own = made[id].parameter ?? operands.max { $0.count < $1.count }?.parameter
    if let layer = own.map({ layers[$0] }) ?? goals[id] { return layer }
    guard let location = node.location, !location.isInternal else { return "" }
    return location.description
  }

  /// Values of an optimiser are named after the parameters they belong to, so the shorter of two names that contain
  /// each other is meant.
  private static func goals(_ graph: Graph) -> [String?] {
    var goals = [String?](repeating: nil, count: graph.nodes.count)
    guard !graph.updates.isEmpty else { return goals }
    var isShared = [Bool](repeating: false, count: graph.nodes.count)
    func lead(_ id: NodeID, to name: String) {
      guard let known = goals[id] else { return goals[id] = name }
      if known == name { return }
      if known.hasSuffix(name) || known.hasPrefix(name) { goals[id] = name; return }
      if !name.hasSuffix(known), !name.hasPrefix(known) { isShared[id] = true }
    }
    for update in graph.updates { lead(update.value, to: update.parameter) }
    for output in graph.outputs { isShared[output] = true }
    for id in graph.nodes.indices.reversed() {
      for input in graph.nodes[id].inputs {
        if isShared[id] { isShared[input] = true } else if let name = goals[id] { lead(input, to: name) }
      }
    }
    return goals.indices.map { isShared[$0] ? nil : goals[$0] }
  }
}

extension Graph {
  /// Whether node `id` is lowered to kernels of its own, which read their inputs from memory.
  func readsMemory(_ id: NodeID) -> Bool {
    guard case .operation(let operation) = nodes[id].kind else { return false }
    switch operation {
    case is Elementwise, is Cast, is Iota, is any ViewOperation: return false
    default: return true
    }
  }
}

extension NodeKind {
  /// The operation in words.
  fileprivate var title: String {
    switch self {
    case .input: "input"
    case .constant: "constant"
    case .loop: "loop"
    case .result: "result"
    case .operation(let fused as FusedConvolution): fused.convolution.title + fused.epilogue.title
    case .operation(let convolution as Convolution): convolution.title
    case .operation(let fused as FusedMatrixMultiply): MatrixMultiply.name + fused.epilogue.title
    case .operation(let map as Elementwise): map.function.rawValue
    case .operation(let operation): type(of: operation).name
    }
  }
}

extension Convolution {
  fileprivate var title: String {
    switch role {
    case .output: "convolution"
    case .image: "transposed convolution"
    case .weight: "weight gradient"
    }
  }
}

extension Epilogue {
  /// What is done to the result, as in ` + bias + relu`.
  fileprivate var title: String {
    let parts = [
      bias.map { _ in "bias" }, residual.map { _ in "residual" }, appliesReLU ? "relu" : nil,
      savesMask ? "saved mask" : nil, mask.map { _ in "mask" },
    ]
    return parts.compactMap { $0 }.map { " + " + $0 }.joined()
  }
}
