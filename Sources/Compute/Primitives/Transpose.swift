/// The axes in another order.
public struct Transpose: Primitive {
  /// The name in printed and saved graphs.
  public static let name = "transpose"

  /// For each axis of the result, the input axis it was.
  public let permutation: [Int]

  /// The permuted shape.
  public func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    guard permutation.sorted() == Array(0..<inputs[0].shape.rank) else {
      throw TypeMismatch("\(permutation) does not name every axis once")
    }
    return [TensorType(inputs[0].shape.selecting(permutation), inputs[0].element)]
  }

  /// Applies the inverse permutation.
  public func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?] {
    [cotangent.transposed(inverse)]
  }

  /// Keeps the batch axis in front.
  public func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor {
    inputs[0].transposed([0] + permutation.map { $0 + 1 })
  }

  /// Permutes coordinates.
  public func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    let type = TensorType(inputs[0].shape.selecting(permutation), inputs[0].type.element)
    return [.generate(type) { place in inputs[0][inverse.map { place[$0] }] }]
  }

  private var inverse: [Int] {
    var inverse = permutation
    for (axis, source) in permutation.enumerated() { inverse[source] = axis }
    return inverse
  }
}
