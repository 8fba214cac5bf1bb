import Compute

extension Operator {
  /// Products of matrices.
  static let products: [String: Operator] = [
    "Gemm": Operator { call in
      var (a, b) = (try call.numeric(0), try call.numeric(1))
      guard a.rank == 2, b.rank == 2 else {
        throw ImportError("two matrices are needed, not \(a.shape) and \(b.shape)")
      }
      if try call.integer("transA", default: 0) != 0 { a = a.transposed }
      if try call.integer("transB", default: 0) != 0 { b = b.transposed }
      let product = try call.product(a, b).scaled(try call.float("alpha", default: 1))
      let scale = try call.float("beta", default: 1)
      guard call.has(2), scale != 0 else { return try call.result(product) }
      let offset = try call.numeric(2)
      guard offset.element == product.element, Shape.broadcast(offset.shape, product.shape) == product.shape
      else {
        throw ImportError("input 2, \(offset.type), does not broadcast to the product \(product.type)")
      }
      return try call.result(product + offset.scaled(scale))
    },
    "MatMul": Operator { call in
      try call.result(call.matrixProduct(call.numeric(0), call.numeric(1)))
    },
  ]
}

extension NodeCall {
  /// The product of two stacks of matrices; a vector is a row on the left and a column on the right.
  func matrixProduct(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    guard a.rank >= 1, b.rank >= 1 else {
      throw ImportError("at least one axis is needed, not \(a.shape) and \(b.shape)")
    }
    let left = a.rank == 1 ? a.expandingAxis(at: 0) : a
    let right = b.rank == 1 ? b.expandingAxis(at: 1) : b
    var product = try self.product(left, right)
    if b.rank == 1 { product = product.squeezingAxis(at: -1) }
    if a.rank == 1 { product = product.squeezingAxis(at: b.rank == 1 ? -1 : -2) }
    return product
  }

  /// The product of two stacks of matrices, whose batch axes broadcast.
  fileprivate func product(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    let (rows, columns) = (a.shape[a.rank - 2], b.shape[b.rank - 1])
    let depth = a.shape[a.rank - 1]
    let batches = (Shape(a.shape.extents.dropLast(2)), Shape(b.shape.extents.dropLast(2)))
    guard a.element == b.element, depth == b.shape[b.rank - 2],
      let batch = Shape.broadcast(batches.0, batches.1)
    else { throw ImportError("\(a.type) and \(b.type) have no matrix product") }
    let shape = try shape(batch.extents + [rows, columns])
    if depth == 0 { return scope.full(shape, 0, a.element) }
    if a.element == .float32 { return a.matmul(b) }
    // Integers, which the core does not multiply as matrices, are rare and small.
    _ = try self.shape(batch.extents + [rows, depth, columns])
    return (a.expandingAxis(at: a.rank) * b.expandingAxis(at: b.rank - 2)).sum([-2])
  }
}

extension Tensor {
  /// This tensor times a number, which need not be whole for integers.
  fileprivate func scaled(_ factor: Double) -> Tensor {
    if factor == 1 { return self }
    return element == .float32 ? self * factor : (cast(to: .float32) * factor).cast(to: element)
  }
}
