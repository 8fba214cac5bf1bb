internal import ArrayFiles
internal import Networks

/// Finds out what the stored values of a model are for, by the operators that take them.
///
/// A value is a weight where an operator takes it as one: the second operand of a convolution or a product, a bias, a scale
/// or a shift of a normalisation, a table, a slope. It is followed through views of it, quantisation among them. All else is a
/// constant: what an input or an intermediate image is normalised with, what an output is scaled back with, numbers in an
/// activation, masks.
///
/// Exporters also write some of these as bare products and sums. There an array counts as a weight
/// - as a bias, where it is the first that is added to a product with a weight;
/// - as the scale of a normalisation, where it multiplies what was divided by a statistic of its own or what an operator
///   normalised without a scale, and as its shift, where it is added to that, scaled or not;
/// - as learnt positions, where a table `[T, D]` or `[1, T, D]` is added to embeddings, which are products with their bias, rows of a
///   stored table, and sums of these;
/// - as a class token, where it is put beside embeddings, has no more than three axes and is not filling, which is all the same.
///
/// An array that holds infinities is a mask. Learnt numbers in other places, such as the scale of a residual branch, cannot be
/// told from constants, and stay as they are in training.
struct ParameterRoles {
  /// The roles by name, of all that operators take.
  private(set) var roles: [String: Parameter.Role] = [:]

  let stored: [String: StoredArray]
  /// For every value that shows stored ones in another form, their names.
  private var shown: [String: Set<String>] = [:]
  /// What the values are that nodes give.
  private(set) var kinds: [String: ValueKind] = [:]

  init(_ graph: ImportedGraph) {
    self.init(graph.allNodes, stored: graph.initializers, said: graph.roles)
  }

  /// - Parameters:
  ///   - nodes: In an order in which they can be computed.
  ///   - said: The roles that the file names, which hold against all others.
  init(_ nodes: [ImportedNode], stored: [String: StoredArray], said: [String: Parameter.Role]) {
    self.stored = stored
    for node in nodes { visit(node) }
    for (name, role) in said where stored[name] != nil { roles[name] = role }
  }

  private mutating func visit(_ node: ImportedNode) {
    var takesWeights = false
    for (index, name) in node.inputs.enumerated() {
      for (stored, array) in arrays(name) {
        let role = role(node, index, array)
        takesWeights = takesWeights || role == .weight
        // A value that serves both is changed by training.
        if roles[stored] != .weight { roles[stored] = role == .constant ? roles[stored] ?? role : role }
      }
    }
    let outputs = node.outputs.filter { !$0.isEmpty }
    if let source = source(of: node) {
      let names = Set(arrays(source).map(\.name))
      if !names.isEmpty { for output in outputs { shown[output] = names } }
    }
    if let kind = kind(of: node, takesWeights: takesWeights) {
      for output in outputs { kinds[output] = kind }
    }
  }

  /// The value that a node gives in another form: a view of it, or it spread over zeros.
  private func source(of node: ImportedNode) -> String? {
    if Self.views.contains(node.type) { return node.inputs.first }
    guard node.type == "Add", let place = node.inputs.firstIndex(where: { kinds[$0] == .filling }) else {
      return nil
    }
    return node.inputs.indices.first { $0 != place }.map { node.inputs[$0] }
  }

  /// The stored values that a value shows.
  func arrays(_ name: String) -> [(name: String, array: StoredArray)] {
    (shown[name] ?? [name]).compactMap { name in
      guard let array = stored[name], array.element.isFloating else { return nil }
      return (name, array)
    }
  }

  private func role(_ node: ImportedNode, _ index: Int, _ array: StoredArray) -> Parameter.Role {
    if let weights = Self.weights[node.type] {
      return weights.contains(index)
        ? .weight : node.type == "BatchNormalization" && index > 2 ? .statistic : .constant
    }
    let others = Set(node.inputs.enumerated().filter { $0.offset != index }.compactMap { kinds[$0.element] })
    let isWeight =
      switch node.type {
      case "Add", "Sum": isAdded(array, to: others)
      case "Mul": others.contains(.normalised) && array.isVector
      case "Concat": !others.isDisjoint(with: ValueKind.embeddings) && array.isToken
      default: false
      }
    return isWeight ? .weight : .constant
  }

  /// Whether an array that is added is a bias, a shift or holds positions.
  private func isAdded(_ array: StoredArray, to others: Set<ValueKind>) -> Bool {
    guard array.isVector else { return false }
    return !others.isDisjoint(with: [.product, .normalised, .scaled])
      || (others.contains(.embedding) && array.isTable)
  }
}

extension StoredArray {
  /// Whether there is an axis, and every number is finite.
  fileprivate var isVector: Bool { !shape.isEmpty && doubles.allSatisfy(\.isFinite) }

  /// Whether it has a row for each of several places.
  fileprivate var isTable: Bool {
    shape.count <= 3 && shape.filter { $0 > 1 }.count == 2 && shape.suffix(2).allSatisfy { $0 > 1 }
  }

  /// Whether it may be a token that was learnt.
  fileprivate var isToken: Bool { shape.count <= 3 && count > 1 && !isUniform && isVector }

  /// Whether all elements are the same.
  var isUniform: Bool {
    let size = element.size
    return bytes.indices.allSatisfy { bytes[$0] == bytes[$0 % size] }
  }
}
