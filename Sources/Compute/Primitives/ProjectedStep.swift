/// One step of a projected gradient method; see ``Tensor/steppedAndProjected(_:along:by:around:radius:pixels:fileID:line:)``.
///
/// Inputs are images `[N, ...]`, a gradient and the clean images of that type, step sizes `[N]` and radii `[N]`.
public struct ProjectedStep: DefinedPrimitive {
  /// The name in printed and saved graphs.
  public static let name = "projectedStep"

  /// How steps and distances are measured: by the Euclidean length or the largest element.
  public let norm: VectorNorm
  /// The values that a pixel can have.
  public let pixels: ClosedRange<Double>

  /// Five.
  public var inputCount: Int? { 5 }

  /// The images' type.
  public func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    if let reason = norm.obstacle(to: pixels) { throw TypeMismatch(reason) }
    guard inputs.count == 5, inputs[0].element == .float32, inputs[0].shape.rank >= 1,
      inputs[1...2].allSatisfy({ $0 == inputs[0] }),
      inputs[3...4].allSatisfy({ $0 == TensorType([inputs[0].shape[0]]) })
    else {
      throw TypeMismatch(
        "images, gradient and clean images float32[N, ...] and sizes and radii float32[N] are needed")
    }
    return [inputs[0]]
  }

  /// The steepest step, projected.
  public func definition(_ inputs: [Tensor]) -> Tensor {
    (inputs[0] + inputs[1].steepestStep(norm, size: inputs[3]))
      .projected(norm, around: inputs[2], radius: inputs[4], pixels: pixels)
  }

  /// The batch axis joins that of the samples.
  public func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor {
    let aligned = alignedBatch(inputs, isBatched)
    let flat = aligned.map { $0.reshaped(Shape([$0.shape[0] * $0.shape[1]] + $0.shape.extents[2...])) }
    return inputs[0].builder.add(self, flat).reshaped(aligned[0].shape)
  }
}
