/// The position of the first largest or smallest element along an axis, which keeps an extent of 1.
///
/// NaN counts as the largest for the largest and as the smallest for the smallest, as in PyTorch.
public struct ArgumentReduce: Primitive {
  /// The name in printed and saved graphs.
  public static let name = "argumentReduce"

  /// Whether the largest is sought.
  public let largest: Bool
  /// The axis.
  public let axis: Int

  /// The input's shape with the axis 1; `int32`.
  public func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    let shape = inputs[0].shape
    guard axis >= 0, axis < shape.rank, shape[axis] > 0 else {
      throw TypeMismatch("there is nothing along axis \(axis)")
    }
    guard inputs[0].element == .float32 || inputs[0].element == .int32 else {
      throw TypeMismatch("the elements must be float32 or int32; cast first")
    }
    return [TensorType(shape.keeping([axis]), .int32)]
  }

  /// Positions have derivative zero.
  public func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?] { [nil] }

  /// Searches the next axis.
  public func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor {
    inputs[0].builder.add(ArgumentReduce(largest: largest, axis: axis + 1), inputs)
  }

  /// Searches.
  public func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    let type = TensorType(inputs[0].shape.keeping([axis]), .int32)
    return [
      .generate(type) { place in
        var place = place
        var best = 0
        var bestValue = inputs[0][place]
        for index in 1..<Swift.max(1, inputs[0].shape[axis]) {
          place[axis] = index
          let value = inputs[0][place]
          let beats = largest ? value > bestValue : value < bestValue
          if !bestValue.isNaN, beats || value.isNaN { (best, bestValue) = (index, value) }
        }
        return Double(best)
      }
    ]
  }
}
