/// The element of each window of `[M, H, W]` at a given tap.
///
/// The taps `[M', OH, OW]` may belong to fewer images, M' dividing M: image m uses taps m mod M'. Batches of
/// cotangents share the taps of one forward pass that way.
public struct WindowGather: Primitive {
  /// The name in printed and saved graphs.
  public static let name = "windowGather"

  /// How the window moves.
  public let window: WindowGeometry

  /// The elements and the taps.
  public var inputCount: Int? { 2 }

  /// `[M, OH, OW]`.
  public func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    let output = try window.outputShape(inputs[0].shape)
    try checkTaps(inputs[1], against: output, window)
    return [TensorType(output, inputs[0].element)]
  }

  /// Sends the cotangent to the tap.
  public func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?] {
    let scatter = WindowScatter(window: window, extents: Array(inputs[0].shape.extents[1...]))
    return [cotangent.builder.add(scatter, [cotangent, inputs[1]]), nil]
  }

  /// The batch axis joins M.
  public func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor {
    batchedByTap(inputs, isBatched, self)
  }

  /// Picks.
  public func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    guard let type = try? resultTypes(inputs.map(\.type))[0] else {
      preconditionFailure("types were checked")
    }
    var result = ReferenceArray(type, repeating: 0)
    let taps = inputs[1].values
    window.forEachTap(inputs[0].shape, type.shape) { o, tap, i in
      if Int(taps[o % taps.count]) == tap { result.values[o] = inputs[0].values[i] }
    }
    return [result]
  }
}

/// The adjoint of ``WindowGather``: `[M, OH, OW]` and taps to `[M, H, W]`, overlapping windows added in row-major
/// order.
public struct WindowScatter: Primitive {
  /// The name in printed and saved graphs.
  public static let name = "windowScatter"

  /// How the window moves.
  public let window: WindowGeometry
  /// H and W.
  public let extents: [Int]

  /// The elements and the taps.
  public var inputCount: Int? { 2 }

  /// `[M, H, W]`.
  public func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    guard inputs[0].shape.rank == 3, inputs[0].element == .float32, extents.count == 2 else {
      throw TypeMismatch("float32[M, OH, OW] and the extents H and W are needed")
    }
    let image: Shape = [inputs[0].shape[0], extents[0], extents[1]]
    guard try window.outputShape(image) == inputs[0].shape else {
      throw TypeMismatch("\(inputs[0].shape) is not the result for an image \(image)")
    }
    try checkTaps(inputs[1], against: inputs[0].shape, window)
    return [TensorType(image)]
  }

  /// Picks at the taps.
  public func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?] {
    [cotangent.builder.add(WindowGather(window: window), [cotangent, inputs[1]]), nil]
  }

  /// The batch axis joins M.
  public func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor {
    batchedByTap(inputs, isBatched, self)
  }

  /// Adds.
  public func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    let shape: Shape = [inputs[0].shape[0], extents[0], extents[1]]
    var result = ReferenceArray(TensorType(shape), repeating: 0)
    let taps = inputs[1].values
    window.forEachTap(shape, inputs[0].shape) { o, tap, i in
      if Int(taps[o % taps.count]) == tap { result.values[i] += inputs[0].values[o] }
    }
    return [result]
  }
}

private func checkTaps(
  _ taps: TensorType, against output: Shape, _ window: WindowGeometry
) throws(TypeMismatch) {
  guard taps.element == window.indexElement else {
    throw TypeMismatch("the taps must be \(window.indexElement)")
  }
  guard taps.shape.rank == 3, taps.shape[1] == output[1], taps.shape[2] == output[2], taps.shape[0] > 0,
    output[0] % taps.shape[0] == 0
  else { throw TypeMismatch("the taps \(taps.shape) do not serve windows \(output)") }
}

private func batchedByTap(_ inputs: [Tensor], _ isBatched: [Bool], _ operation: any Primitive) -> Tensor {
  let extent = batchExtent(inputs, isBatched)
  let isShared = !isBatched[1]
  let aligned = isShared ? inputs : alignedBatch(inputs, isBatched)
  var taps = aligned[1]
  let images = aligned[0]
  if !isShared {
    // Taps that repeat within a batch member must be spelt out before members are joined.
    let repeats = images.shape[1] / taps.shape[1]
    if repeats > 1 {
      taps = taps.expanded(at: 1, to: repeats).reshaped([
        extent, images.shape[1], taps.shape[2], taps.shape[3],
      ])
    }
    taps = taps.mergingBatch(into: 0)
  }
  let merged = images.mergingBatch(into: 0)
  return merged.builder.add(operation, [merged, taps]).splittingBatch(extent, from: 0)
}
