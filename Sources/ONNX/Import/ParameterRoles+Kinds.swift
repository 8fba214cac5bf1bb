internal import ArrayFiles

/// What a value is, as far as it tells what an array is for that meets it.
enum ValueKind {
  /// Stored, or computed from what is stored and from shapes.
  case fixed
  /// One number all over, in a shape that is fixed.
  case filling
  /// A product with a weight, to which nothing was added yet.
  case product
  /// A product with its bias, rows of a stored table, sums of these.
  case embedding
  /// A mean, a sum or a norm, or a function of these and of what is fixed.
  case statistic
  /// What was divided by a statistic, or normalised by an operator without a scale of its own.
  case normalised
  /// The same with its scale.
  case scaled

  static let embeddings: Set<ValueKind> = [.product, .embedding]
}

extension ParameterRoles {
  /// What a node gives; nil where that says nothing about arrays it meets.
  func kind(of node: ImportedNode, takesWeights: Bool) -> ValueKind? {
    guard node.subgraphs.isEmpty else { return nil }
    if node.type == "Shape" || node.type == "Size" { return .fixed }
    if Self.views.contains(node.type), let source = node.inputs.first {
      return kinds[source] ?? (isFixed(source) ? .fixed : nil)
    }
    let computed = node.inputs.filter { !isFixed($0) }.map { kinds[$0] }
    if computed.isEmpty { return node.type == "ConstantOfShape" ? .filling : .fixed }
    if Self.products.contains(node.type) {
      guard node.inputs.prefix(2).contains(where: isFixed) else { return nil }
      return hasBias(node) ? .embedding : .product
    }
    if Self.normalizations.contains(node.type) { return hasScale(node) ? nil : .normalised }
    if Self.reductions.contains(node.type) { return .statistic }
    if Self.functions.contains(node.type), computed.allSatisfy({ $0 == .statistic }) { return .statistic }
    switch node.type {
    case "Gather": return takesWeights ? .embedding : computed[0]
    case "Add", "Sum", "Concat":
      let areEmbeddings = computed.allSatisfy { $0.map(ValueKind.embeddings.contains) ?? false }
      let isPlain = takesWeights || computed.count > 1 || node.type == "Concat"
      return areEmbeddings && isPlain ? .embedding : nil
    case "Mul", "Div":
      if computed.count == 2 { return computed.contains(.statistic) ? .normalised : nil }
      return computed == [.normalised] ? (takesWeights ? .scaled : .normalised) : nil
    default: return nil
    }
  }

  private func isFixed(_ name: String) -> Bool {
    name.isEmpty || stored[name] != nil || kinds[name] == .fixed || kinds[name] == .filling
  }

  private func hasBias(_ node: ImportedNode) -> Bool {
    guard let index = Self.biases[node.type] else { return false }
    return index < node.inputs.count && !node.inputs[index].isEmpty
  }

  /// Whether a normalisation takes scales of which some differ.
  private func hasScale(_ node: ImportedNode) -> Bool {
    guard node.inputs.count > 1 else { return false }
    return arrays(node.inputs[1]).contains { !$0.array.isUniform }
  }
}
