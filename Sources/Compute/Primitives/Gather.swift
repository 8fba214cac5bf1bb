/// Elements picked by index: from an operand `[B, P, A, Q]` and indices `[B, I]`, the result `[B, P, I, Q]`.
///
/// An index outside `0 ..< A` picks 0. Every indexed read is this one after a reshape: a table of embeddings has
/// B = P = 1, the logit of each sample's label has P = Q = 1.
public struct Gather: Primitive {
  /// The name in printed and saved graphs.
  public static let name = "gather"

  /// Two.
  public var inputCount: Int? { 2 }

  /// The canonical shapes.
  public func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    let (operand, indices) = (inputs[0].shape, inputs[1].shape)
    guard operand.rank == 4, indices.rank == 2, operand[0] == indices[0] else {
      throw TypeMismatch("an operand [B, P, A, Q] and indices [B, I] are needed")
    }
    guard inputs[1].element == .int32 else { throw TypeMismatch("the indices must be int32") }
    return [TensorType([operand[0], operand[1], indices[1], operand[3]], inputs[0].element)]
  }

  /// Adds each cotangent to the place it was picked from.
  public func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?] {
    [cotangent.builder.add(ScatterAdd(extent: inputs[0].shape[2]), [cotangent, inputs[1]]), nil]
  }

  /// The batch axis joins B when the indices have it, else P.
  public func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor {
    batchedByIndex(inputs, isBatched, self)
  }

  /// Picks.
  public func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    let (operand, indices) = (inputs[0], inputs[1])
    let shape: Shape = [operand.shape[0], operand.shape[1], indices.shape[1], operand.shape[3]]
    return [
      .generate(TensorType(shape, operand.type.element)) { place in
        let index = Int(indices[[place[0], place[2]]])
        guard index >= 0, index < operand.shape[2] else { return 0 }
        return operand[[place[0], place[1], index, place[3]]]
      }
    ]
  }
}

/// Applies a gather or scatter of `[B, P, X, Q]` and `[B, I]` to operands of which some have a batch axis in front.
func batchedByIndex(_ inputs: [Tensor], _ isBatched: [Bool], _ operation: any Primitive) -> Tensor {
  let builder = inputs[0].builder
  let extent = batchExtent(inputs, isBatched)
  if isBatched[1] {
    let aligned = alignedBatch(inputs, isBatched)
    let flat = aligned.map { tensor in
      tensor.reshaped(Shape([extent * tensor.shape[1]] + tensor.shape.extents.dropFirst(2)))
    }
    let result = builder.add(operation, flat)
    return result.reshaped(
      Shape([extent, result.shape[0] / Swift.max(1, extent)] + result.shape.extents.dropFirst()))
  }
  // Shared indices: the batch axis joins P, so no index is copied.
  let moved = inputs[0].transposed([1, 0, 2, 3, 4])
  let s = moved.shape
  let result = builder.add(operation, [moved.reshaped([s[0], s[1] * s[2], s[3], s[4]]), inputs[1]])
  return result.reshaped([s[0], s[1], s[2], result.shape[2], result.shape[3]]).transposed([1, 0, 2, 3, 4])
}
