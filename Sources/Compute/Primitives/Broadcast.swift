/// The input repeated along the axes where its extent is 1.
public struct Broadcast: Primitive {
  /// The name in printed and saved graphs.
  public static let name = "broadcast"

  /// The extents of the result, as many as the input has.
  public let shape: Shape

  /// The wider shape.
  public func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    let input = inputs[0].shape
    guard input.rank == shape.rank,
      zip(input.extents, shape.extents).allSatisfy({ ($0 == 1 && $1 >= 0) || $0 == $1 })
    else {
      throw TypeMismatch("\(input) does not stretch to \(shape)")
    }
    return [TensorType(shape, inputs[0].element)]
  }

  /// Sums over the repeated axes.
  public func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?] {
    let axes = (0..<shape.rank).filter { inputs[0].shape[$0] != shape[$0] }
    return [axes.isEmpty ? cotangent : cotangent.sum(axes, keepingAxes: true)]
  }

  /// Repeats along the axes after the batch axis.
  public func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor {
    inputs[0].broadcast(to: shape.inserting(inputs[0].shape[0], at: 0))
  }

  /// Repeats.
  public func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    let type = TensorType(shape, inputs[0].type.element)
    return [
      .generate(type) { place in inputs[0][zip(place, inputs[0].shape.extents).map { $1 == 1 ? 0 : $0 }] }
    ]
  }
}
