/// The elements in opposite order along some axes.
public struct Reverse: Primitive {
  /// The name in printed and saved graphs.
  public static let name = "reverse"

  /// The axes that run backward.
  public let axes: [Int]

  /// The input's type.
  public func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    guard axes.allSatisfy({ $0 >= 0 && $0 < inputs[0].shape.rank }), Set(axes).count == axes.count else {
      throw TypeMismatch("the axes \(axes) are not distinct axes of \(inputs[0].shape)")
    }
    return inputs
  }

  /// Reverses back.
  public func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?] {
    [cotangent.builder.add(self, [cotangent])]
  }

  /// Leaves the batch axis alone.
  public func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor {
    inputs[0].builder.add(Reverse(axes: axes.map { $0 + 1 }), inputs)
  }

  /// Mirrors coordinates.
  public func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    let shape = inputs[0].shape
    return [
      .generate(inputs[0].type) { place in
        inputs[0][place.indices.map { axes.contains($0) ? shape[$0] - 1 - place[$0] : place[$0] }]
      }
    ]
  }
}
