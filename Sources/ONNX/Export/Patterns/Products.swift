import Compute

/// A product of matrices with the batch axes it was written with.
struct BatchedProduct {
  let left: StepID
  let right: StepID

  /// Finds the operands of a product that ends at step `id`, which may put its batch axes back.
  init?(_ graph: OpenGraph, _ id: StepID) {
    let product = graph.operand(id, of: .reshape) ?? id
    guard graph.kind(product) == .matrixMultiply else { return nil }
    let target = graph.extents(id)
    guard target.count >= 2 else { return nil }
    let batch = Array(target.dropLast(2))
    guard let left = BatchedProduct.operand(graph, graph.inputs(product)[0], batch),
      let right = BatchedProduct.operand(graph, graph.inputs(product)[1], batch),
      Array(target.suffix(2)) == [
        graph.extents(left)[graph.extents(left).count - 2],
        graph.extents(right)[graph.extents(right).count - 1],
      ],
      [Extent].broadcast(Array(graph.extents(left).dropLast(2)), Array(graph.extents(right).dropLast(2)))
        == batch
    else { return nil }
    (self.left, self.right) = (left, right)
  }

  /// The matrices before their batch axes were joined, if those are `batch`, or there are none.
  private static func operand(_ graph: OpenGraph, _ id: StepID, _ batch: [Extent]) -> StepID? {
    let matrix = Array(graph.extents(id).suffix(2))
    var source = id
    while true {
      let extents = graph.extents(source)
      let own = Array(extents.dropLast(2))
      let isFlat = batch.isEmpty ? own.isEmpty : own == batch || own.allSatisfy { $0 == .one }
      if isFlat, extents.count <= batch.count + 2, Array(extents.suffix(2)) == matrix { return source }
      guard let next = graph.operand(source, of: .reshape) else { return nil }
      source = next
    }
  }
}

extension OpenGraph {
  /// A matrix, and whether it is used transposed.
  func matrix(_ id: StepID) -> (source: StepID, isTransposed: Bool) {
    operand(id, of: .transpose([1, 0])).map { ($0, true) } ?? (id, false)
  }

  /// x W + b of matrices, each perhaps transposed.
  func generalProduct(_ product: BatchedProduct, bias: StepID?) -> Match {
    let (left, right) = (matrix(product.left), matrix(product.right))
    return Match(
      [left.source, right.source] + (bias.map { [$0] } ?? []), "Gemm",
      [
        "alpha": .float(1), "beta": .float(1), "transA": .integer(left.isTransposed ? 1 : 0),
        "transB": .integer(right.isTransposed ? 1 : 0),
      ])
  }
}

extension Pattern {
  /// A product of matrices with the same number added to every element of a column.
  static let biasedProduct = Pattern { graph, id in
    guard graph.extents(id).count == 2 else { return nil }
    for (sum, shift) in graph.pairs(id, of: .add) {
      guard graph.isReadOnce(sum), let product = BatchedProduct(graph, sum),
        let bias = graph.vector(shift, along: 1)
      else { continue }
      return graph.generalProduct(product, bias: bias)
    }
    return nil
  }

  /// A product whose matrices keep the batch axes they had.
  static let product = Pattern { graph, id in
    guard let product = BatchedProduct(graph, id) else { return nil }
    let isTransposed = [product.left, product.right].contains { graph.matrix($0).isTransposed }
    if graph.extents(id).count == 2, isTransposed { return graph.generalProduct(product, bias: nil) }
    return Match([product.left, product.right], "MatMul")
  }
}
