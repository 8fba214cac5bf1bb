/// The products of matrices: `[B, M, K]` and `[B, K, N]` to `[B, M, N]`; a batch extent of 1 is shared.
///
/// Transposed operands are transposes in the graph, which planning turns into strides.
public struct MatrixMultiply: Primitive {
  /// The name in printed and saved graphs.
  public static let name = "matmul"

  /// Two.
  public var inputCount: Int? { 2 }

  /// `[B, M, N]`.
  public func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    let (a, b) = (inputs[0].shape, inputs[1].shape)
    guard a.rank == 3, b.rank == 3 else { throw TypeMismatch("matrices need ranks of at least 2") }
    guard a[2] == b[1] else { throw TypeMismatch("the inner extents \(a[2]) and \(b[1]) must agree") }
    guard a[0] == b[0] || a[0] == 1 || b[0] == 1 else {
      throw TypeMismatch("the batch extents must agree or be 1")
    }
    guard inputs.allSatisfy({ $0.element == .float32 }) else {
      throw TypeMismatch("the elements must be float32")
    }
    return [TensorType([commonBatch(a[0], b[0]), a[1], b[2]])]
  }

  /// The batch extent of the product; an extent of 1 yields, to 0 as well.
  private func commonBatch(_ a: Int, _ b: Int) -> Int { a == 1 ? b : a }

  /// `G Bᵀ` and `Aᵀ G`, summed over the batch where an operand was shared.
  public func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?] {
    let (a, b) = (inputs[0], inputs[1])
    return [
      reduced(cotangent, b.transposed([0, 2, 1]), a.shape[0]),
      reduced(a.transposed([0, 2, 1]), cotangent, b.shape[0]),
    ]
  }

  /// The product of two batches, summed over the batch when the result is shared; the sum is part of one product.
  private func reduced(_ a: Tensor, _ b: Tensor, _ batch: Int) -> Tensor {
    let count = commonBatch(a.shape[0], b.shape[0])
    guard batch == 1, count != 1 else { return a.builder.add(self, [a, b]) }
    let (left, right) = (a.expandedBatch(count), b.expandedBatch(count))
    let (m, k, n) = (left.shape[1], left.shape[2], right.shape[2])
    let wide = left.transposed([1, 0, 2]).reshaped([1, m, count * k])
    let tall = right.reshaped([1, count * k, n])
    return a.builder.add(self, [wide, tall])
  }

  /// The batch axis joins B; a shared second operand multiplies all rows at once.
  public func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor {
    let extent = batchExtent(inputs, isBatched)
    if !isBatched[1], inputs[1].shape[0] == 1 {
      let s = inputs[0].shape
      let rows = inputs[0].reshaped([1, s[0] * s[1] * s[2], s[3]])
      return rows.builder.add(self, [rows, inputs[1]]).reshaped([s[0], s[1], s[2], inputs[1].shape[2]])
    }
    let aligned = alignedBatch(inputs, isBatched)
    let count = commonBatch(aligned[0].shape[1], aligned[1].shape[1])
    let flat = aligned.map { tensor in
      let wide = tensor.broadcast(to: [extent, count, tensor.shape[2], tensor.shape[3]])
      return wide.reshaped([extent * count, tensor.shape[2], tensor.shape[3]])
    }
    let product = flat[0].builder.add(self, flat)
    return product.reshaped([extent, count, product.shape[1], product.shape[2]])
  }

  /// Multiplies in double precision.
  public func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    let (a, b) = (inputs[0], inputs[1])
    let batch = commonBatch(a.shape[0], b.shape[0])
    let (m, k, n) = (a.shape[1], a.shape[2], b.shape[2])
    var values = [Double](repeating: 0, count: batch * m * n)
    for i in 0..<batch {
      let (left, right) = ((a.shape[0] == 1 ? 0 : i) * m * k, (b.shape[0] == 1 ? 0 : i) * k * n)
      for row in 0..<m {
        for inner in 0..<k {
          let factor = a.values[left + row * k + inner]
          for column in 0..<n {
            values[(i * m + row) * n + column] += factor * b.values[right + inner * n + column]
          }
        }
      }
    }
    return [ReferenceArray(TensorType([batch, m, n]), values)]
  }
}

extension Tensor {
  fileprivate func expandedBatch(_ count: Int) -> Tensor { broadcast(to: [count, shape[1], shape[2]]) }
}
