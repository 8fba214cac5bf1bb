import Compute

extension Operator {
  /// Sums of products over named axes.
  static let einsum: [String: Operator] = [
    "Einsum": Operator { call in
      let tensors = try (0..<max(1, call.inputs.count)).map { try call.floating($0) }
      let text = try call.string("equation", default: "")
      let equation = try EinsumEquation(text, ranks: tensors.map(\.rank))
      var extents: [EinsumEquation.Label: Int] = [:]
      for (labels, tensor) in zip(equation.operands, tensors) {
        for (label, extent) in zip(labels, tensor.shape.extents) {
          let known = extents[label, default: 1]
          guard known == extent || known == 1 || extent == 1 else {
            throw ImportError("the equation '\(text)' joins axes of \(known) and \(extent)")
          }
          extents[label] = known == 1 ? extent : known
        }
      }
      var terms = zip(tensors, equation.operands).map { EinsumTerm($0, $1, extents) }
      var total = terms.removeFirst()
      while !terms.isEmpty {
        let next = terms.removeFirst()
        let needed = Set(equation.result + terms.flatMap(\.labels))
        total = try total.multiplied(by: next, keeping: needed, call)
      }
      total = total.summed(keeping: Set(equation.result))
      let order = equation.result.compactMap { total.labels.firstIndex(of: $0) }
      return try call.result(total.tensor.transposed(order))
    }
  ]
}

/// A tensor whose axes have names, each at most once.
private struct EinsumTerm {
  typealias Label = EinsumEquation.Label
  let tensor: Tensor
  let labels: [Label]

  init(_ tensor: Tensor, labels: [Label]) {
    self.tensor = tensor
    self.labels = labels
  }

  /// An operand with its axes stretched to `extents`; of axes with the same name the diagonal.
  init(_ operand: Tensor, _ names: [Label], _ extents: [Label: Int]) {
    var tensor = operand.broadcast(to: Shape(names.map { extents[$0, default: 1] }))
    var labels = names
    while let (first, second) = Self.pair(labels) {
      let isDiagonal =
        tensor.scope.iota(tensor.shape, axis: first) .== tensor.scope.iota(tensor.shape, axis: second)
      tensor = isDiagonal.select(tensor, tensor.zeros).sum([second])
      labels.remove(at: second)
    }
    self.init(tensor, labels: labels)
  }

  private static func pair(_ labels: [Label]) -> (Int, Int)? {
    for (second, label) in labels.enumerated() {
      if let first = labels[..<second].firstIndex(of: label) { return (first, second) }
    }
    return nil
  }

  /// The sum over the axes that nobody needs.
  func summed(keeping needed: Set<Label>) -> EinsumTerm {
    let folded = labels.indices.filter { !needed.contains(labels[$0]) }
    return EinsumTerm(tensor.sum(folded), labels: labels.filter { needed.contains($0) })
  }

  /// The product, summed over the axes that nobody needs any more: one matrix product for each sample.
  func multiplied(by other: EinsumTerm, keeping needed: Set<Label>, _ call: NodeCall) throws -> EinsumTerm {
    let left = summed(keeping: needed.union(other.labels))
    let right = other.summed(keeping: needed.union(labels))
    let shared = left.labels.filter { right.labels.contains($0) }
    let (batch, inner) = (shared.filter(needed.contains), shared.filter { !needed.contains($0) })
    let rows = left.labels.filter { !shared.contains($0) }
    let columns = right.labels.filter { !shared.contains($0) }
    let result = batch + rows + columns
    let extents = (batch + rows).map(left.extent) + columns.map(right.extent)
    let target = try call.shape(extents)
    let product = left.matrices(batch, rows, inner).matmul(right.matrices(batch, inner, columns))
    return EinsumTerm(product.reshaped(target), labels: result)
  }

  private func extent(_ label: Label) -> Int { labels.firstIndex(of: label).map { tensor.shape[$0] } ?? 1 }

  /// The elements as `[B, M, N]`, each made of several axes.
  private func matrices(_ batch: [Label], _ rows: [Label], _ columns: [Label]) -> Tensor {
    let order = (batch + rows + columns).compactMap { labels.firstIndex(of: $0) }
    let extents = [batch, rows, columns].map { $0.reduce(1) { $0 * extent($1) } }
    return tensor.transposed(order).reshaped(Shape(extents))
  }
}
