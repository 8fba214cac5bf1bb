/// The adjoint of ``Gather``: from updates `[B, P, I, Q]` and indices `[B, I]`, the result `[B, P, A, Q]` in which
/// each update has been added at its index, in order of I.
///
/// Updates whose index lies outside `0 ..< A` are dropped.
public struct ScatterAdd: Primitive {
  /// The name in printed and saved graphs.
  public static let name = "scatterAdd"

  /// A, the extent of the axis that indices point into.
  public let extent: Int

  /// Two.
  public var inputCount: Int? { 2 }

  /// The canonical shapes.
  public func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    let (updates, indices) = (inputs[0].shape, inputs[1].shape)
    guard updates.rank == 4, indices.rank == 2, updates[0] == indices[0], updates[2] == indices[1] else {
      throw TypeMismatch("updates [B, P, I, Q] and indices [B, I] are needed")
    }
    guard inputs[1].element == .int32 else { throw TypeMismatch("the indices must be int32") }
    guard inputs[0].element == .float32 || inputs[0].element == .int32 else {
      throw TypeMismatch("the updates must be float32 or int32")
    }
    return [TensorType([updates[0], updates[1], extent, updates[3]], inputs[0].element)]
  }

  /// Picks each update's cotangent.
  public func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?] {
    [cotangent.builder.add(Gather(), [cotangent, inputs[1]]), nil]
  }

  /// The batch axis joins B when the indices have it, else P.
  public func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor {
    batchedByIndex(inputs, isBatched, self)
  }

  /// Adds; integers wrap.
  public func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    let (updates, indices) = (inputs[0], inputs[1])
    let shape: Shape = [updates.shape[0], updates.shape[1], extent, updates.shape[3]]
    var output = ReferenceArray(TensorType(shape, updates.type.element), repeating: 0)
    updates.shape.forEachCoordinate { place in
      let index = Int(indices[[place[0], place[2]]])
      guard index >= 0, index < extent else { return }
      output.values[shape.offset(of: [place[0], place[1], index, place[3]])] += updates[place]
    }
    return [output.wrapped]
  }
}
