/// The positions of the `count` largest or smallest elements of each row, best first: `[R, L]` to `int32[R, count]`.
///
/// Equal elements keep their order; NaN counts as the largest. With `count` = L this is a stable sort. The values
/// are those that ``Gather`` picks at the positions, which is how derivatives pass.
public struct TopK: Primitive {
  /// The name in printed and saved graphs.
  public static let name = "topK"

  /// How many.
  public let count: Int
  /// Whether the largest come first.
  public let largest: Bool

  /// `int32[R, count]`.
  public func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    let shape = inputs[0].shape
    guard shape.rank == 2, count >= 0, count <= shape[1] else {
      throw TypeMismatch("the \(count) \(largest ? "largest" : "smallest") of each row need a matrix as wide")
    }
    guard inputs[0].element == .float32 || inputs[0].element == .int32 else {
      throw TypeMismatch("the elements must be float32 or int32; cast first")
    }
    return [TensorType([shape[0], count], .int32)]
  }

  /// Positions have derivative zero.
  public func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?] { [nil] }

  /// The batch axis joins the rows.
  public func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor {
    let shape = inputs[0].shape
    let rows = inputs[0].reshaped([shape[0] * shape[1], shape[2]])
    return rows.builder.add(self, [rows]).reshaped([shape[0], shape[1], count])
  }

  /// Sorts.
  public func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    let (rows, length) = (inputs[0].shape[0], inputs[0].shape[1])
    var positions: [Double] = []
    for row in 0..<rows {
      let values = inputs[0].values[(row * length)..<((row + 1) * length)]
      let keys = values.map { $0.isNaN ? Double.infinity : $0 }
      let isNaN = values.map(\.isNaN)
      let order = (0..<length).sorted { a, b in
        if isNaN[a] != isNaN[b] { return largest == isNaN[a] }
        if keys[a] != keys[b] { return largest ? keys[a] > keys[b] : keys[a] < keys[b] }
        return a < b
      }
      positions += order.prefix(count).map(Double.init)
    }
    return [ReferenceArray(TensorType([rows, count], .int32), positions)]
  }
}
