internal import ArrayFiles
internal import Networks

/// Finds out what the stored values of a model are for, by the operators that take them.
///
/// A value is a weight where an operator takes it as one: the second operand of a convolution or a product, a bias, a scale
/// or a shift of a normalisation, a table, a slope. It is followed through views of it, quantisation among them. All else is a
/// constant: what an input is normalised with, numbers in an activation, masks.
///
/// Exporters also write scales and shifts as bare products and sums, such as those of a decomposed normalisation, and
/// learnt positions. So an array of several numbers that multiplies or is added to what has been through weights is a weight, while
/// one that meets the image itself is not; an array that holds -100 or less is a mask.
struct ParameterRoles {
  /// The roles by name, of all that operators take.
  private(set) var roles: [String: Parameter.Role] = [:]

  private let graph: ImportedGraph
  /// For every value that shows stored ones in another form, their names.
  private var shown: [String: Set<String>] = [:]
  /// The values that have been through weights.
  private var isWeighed: Set<String> = []
  /// The values that a product gives, before anything is added.
  private var products: Set<String> = []

  init(_ graph: ImportedGraph) {
    self.graph = graph
    for node in graph.allNodes { visit(node) }
    for (name, role) in graph.roles where graph.initializers[name] != nil { roles[name] = role }
  }

  private mutating func visit(_ node: ImportedNode) {
    for (index, name) in node.inputs.enumerated() {
      for stored in stored(name) {
        let role = role(node, index, graph.initializers[stored])
        // A value that serves both is changed by training.
        if roles[stored] != .weight { roles[stored] = role == .constant ? roles[stored] ?? role : role }
      }
    }
    let outputs = node.outputs.filter { !$0.isEmpty }
    if Self.views.contains(node.type), let source = node.inputs.first, !stored(source).isEmpty {
      for output in outputs { shown[output] = stored(source) }
    }
    let takesWeights = node.inputs.enumerated().contains { index, name in
      stored(name).contains { role(node, index, graph.initializers[$0]) == .weight }
    }
    if takesWeights || node.inputs.contains(where: { isWeighed.contains($0) }) {
      isWeighed.formUnion(outputs)
    }
    if takesWeights, Self.products.contains(node.type) { products.formUnion(outputs) }
  }

  /// The stored values that a value shows.
  private func stored(_ name: String) -> Set<String> {
    if let shown = shown[name] { return shown }
    return graph.initializers[name]?.element.isFloating == true ? [name] : []
  }

  private func role(_ node: ImportedNode, _ index: Int, _ array: StoredArray?) -> Parameter.Role {
    if let weights = Self.weights[node.type] {
      return weights.contains(index)
        ? .weight : node.type == "BatchNormalization" && index > 2 ? .statistic : .constant
    }
    guard let array else { return .constant }
    switch node.type {
    case "Add", "Sum": return isAdded(array, to: node, index) ? .weight : .constant
    case "Mul":
      return array.count > 1 && others(node, index).contains(where: isWeighed.contains) ? .weight : .constant
    // A class token; what is all the same is filling.
    case "Concat": return array.count > 1 && !array.isUniform ? .weight : .constant
    default: return .constant
    }
  }

  /// Whether an array that is added is a bias or a shift.
  private func isAdded(_ array: StoredArray, to node: ImportedNode, _ index: Int) -> Bool {
    let others = others(node, index)
    if others.contains(where: products.contains), !array.shape.isEmpty { return !array.isMask }
    return array.count > 1 && !array.isMask && others.contains(where: isWeighed.contains)
  }

  private func others(_ node: ImportedNode, _ index: Int) -> [String] {
    node.inputs.enumerated().filter { $0.offset != index }.map(\.element)
  }
}

extension ParameterRoles {
  /// The inputs of operators that take weights.
  static let weights: [String: Set<Int>] = [
    "Conv": [1, 2], "ConvTranspose": [1, 2], "ConvInteger": [1], "QLinearConv": [3, 8], "DeformConv": [1, 3],
    "Gemm": [0, 1, 2], "MatMul": [0, 1], "MatMulInteger": [0, 1], "QLinearMatMul": [0, 3],
    "Einsum": [0, 1, 2, 3],
    "BatchNormalization": [1, 2], "InstanceNormalization": [1, 2], "GroupNormalization": [1, 2],
    "LayerNormalization": [1, 2], "RMSNormalization": [1], "PRelu": [1], "Gather": [0],
    "LSTM": [1, 2, 3, 7], "GRU": [1, 2, 3], "RNN": [1, 2, 3],
  ]

  /// Operators that give their first input in another form.
  private static let views: Set<String> = [
    "Identity", "Cast", "Transpose", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Expand", "Tile", "Slice",
    "Split",
    "QuantizeLinear", "DequantizeLinear",
  ]

  /// Operators behind which a sum is a bias.
  private static let products: Set<String> = ["Conv", "ConvTranspose", "Gemm", "MatMul", "Einsum"]
}

extension StoredArray {
  /// Whether all elements are the same.
  fileprivate var isUniform: Bool {
    let size = element.size
    return bytes.indices.allSatisfy { bytes[$0] == bytes[$0 % size] }
  }

  /// Whether an element is so low that a softmax gives it nothing.
  fileprivate var isMask: Bool { doubles.contains { $0 <= -100 } }
}
