/// The sum of each window of `[M, H, W]`, taps outside the image counting as 0.
public struct WindowSum: Primitive {
  /// The name in printed and saved graphs.
  public static let name = "windowSum"

  /// How the window moves.
  public let window: WindowGeometry

  /// `[M, OH, OW]`.
  public func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    guard inputs[0].element == .float32 else { throw TypeMismatch("the elements must be float32") }
    return [TensorType(try window.outputShape(inputs[0].shape))]
  }

  /// Spreads the cotangent over the window.
  public func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?] {
    let spread = WindowSpread(window: window, extents: Array(inputs[0].shape.extents[1...]))
    return [cotangent.builder.add(spread, [cotangent])]
  }

  /// The batch axis joins M.
  public func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor {
    inputs[0].builder.add(self, [inputs[0].mergingBatch(into: 0)]).splittingBatch(inputs[0].shape[0], from: 0)
  }

  /// Sums.
  public func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    guard let type = try? resultTypes(inputs.map(\.type))[0] else {
      preconditionFailure("types were checked")
    }
    var result = ReferenceArray(type, repeating: 0)
    window.forEachTap(inputs[0].shape, type.shape) { o, _, i in result.values[o] += inputs[0].values[i] }
    return [result]
  }
}

/// The adjoint of ``WindowSum``: each element of `[M, OH, OW]` added to all of its window in `[M, H, W]`.
public struct WindowSpread: Primitive {
  /// The name in printed and saved graphs.
  public static let name = "windowSpread"

  /// How the window moves.
  public let window: WindowGeometry
  /// H and W.
  public let extents: [Int]

  /// `[M, H, W]`.
  public func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    guard inputs[0].shape.rank == 3, inputs[0].element == .float32, extents.count == 2 else {
      throw TypeMismatch("float32[M, OH, OW] and the extents H and W are needed")
    }
    let image: Shape = [inputs[0].shape[0], extents[0], extents[1]]
    guard try window.outputShape(image) == inputs[0].shape else {
      throw TypeMismatch("\(inputs[0].shape) is not the result for an image \(image)")
    }
    return [TensorType(image)]
  }

  /// Sums the cotangent over the window.
  public func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?] {
    [cotangent.builder.add(WindowSum(window: window), [cotangent])]
  }

  /// The batch axis joins M.
  public func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor {
    inputs[0].builder.add(self, [inputs[0].mergingBatch(into: 0)]).splittingBatch(inputs[0].shape[0], from: 0)
  }

  /// Spreads.
  public func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    let shape: Shape = [inputs[0].shape[0], extents[0], extents[1]]
    var result = ReferenceArray(TensorType(shape), repeating: 0)
    window.forEachTap(shape, inputs[0].shape) { o, _, i in result.values[i] += inputs[0].values[o] }
    return [result]
  }
}
