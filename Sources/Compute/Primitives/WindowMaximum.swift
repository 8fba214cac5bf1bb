/// The tap at which each window of `[M, H, W]` has its first largest element; NaN counts as largest.
///
/// Max pooling is this position and ``WindowGather`` at it, so the position is all that a derivative has to save.
public struct WindowMaximum: Primitive {
  /// The name in printed and saved graphs.
  public static let name = "windowMaximum"

  /// How the window moves.
  public let window: WindowGeometry

  /// `[M, OH, OW]` of `uint8`, or `int32` for windows of more than 256 taps.
  public func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    guard inputs[0].element == .float32 else { throw TypeMismatch("the elements must be float32") }
    return [TensorType(try window.outputShape(inputs[0].shape), window.indexElement)]
  }

  /// Positions have derivative zero.
  public func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?] { [nil] }

  /// The batch axis joins M.
  public func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor {
    inputs[0].builder.add(self, [inputs[0].mergingBatch(into: 0)]).splittingBatch(inputs[0].shape[0], from: 0)
  }

  /// Searches the windows.
  public func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    guard let type = try? resultTypes(inputs.map(\.type))[0] else {
      preconditionFailure("types were checked")
    }
    var result = ReferenceArray(type, repeating: 0)
    var best = [Double?](repeating: nil, count: type.shape.count)
    window.forEachTap(inputs[0].shape, type.shape) { o, tap, i in
      let value = inputs[0].values[i]
      if let known = best[o], known.isNaN || !(value > known || value.isNaN) { return }
      best[o] = value
      result.values[o] = Double(tap)
    }
    return [result]
  }
}
