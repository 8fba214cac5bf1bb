/// The same elements in row-major order under other extents.
public struct Reshape: Primitive {
  /// The name in printed and saved graphs.
  public static let name = "reshape"

  /// The extents of the result.
  public let shape: Shape

  /// The new shape, which must hold as many elements.
  public func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    guard shape.extents.allSatisfy({ $0 >= 0 }), shape.count == inputs[0].shape.count else {
      throw TypeMismatch("\(shape) does not hold \(inputs[0].shape.count) elements")
    }
    return [TensorType(shape, inputs[0].element)]
  }

  /// Reshapes back.
  public func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?] {
    [cotangent.reshaped(inputs[0].shape)]
  }

  /// Keeps the batch axis in front.
  public func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor {
    inputs[0].reshaped(shape.inserting(inputs[0].shape[0], at: 0))
  }

  /// Keeps the elements.
  public func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    [ReferenceArray(TensorType(shape, inputs[0].type.element), inputs[0].values)]
  }
}
