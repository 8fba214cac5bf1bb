/// The cotangents that pick rows of a Jacobian: 1 at each row's number along a new last axis, else 0.
///
/// From rows `int32[R, N]`, one of each of R batches for each of N samples, the result is `[R, N, classes]`; a row that
/// does not exist gives zeros.
public struct JacobianSeed: DefinedPrimitive {
  /// The name in printed and saved graphs.
  public static let name = "jacobianSeed"

  /// How many rows a Jacobian has.
  public let classes: Int

  /// The axes of the rows and that of the classes.
  public func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    guard inputs[0].shape.rank == 2, inputs[0].element == .int32, classes >= 0 else {
      throw TypeMismatch("rows int32[R, N] are needed")
    }
    return [TensorType(inputs[0].shape.inserting(classes, at: 2))]
  }

  /// A comparison with every row's number.
  public func definition(_ inputs: [Tensor]) -> Tensor { inputs[0].oneHot(classes) }

  /// The batch axis joins R.
  public func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor {
    let s = inputs[0].shape
    let seeds = inputs[0].builder.add(self, [inputs[0].reshaped([s[0] * s[1], s[2]])])
    return seeds.reshaped([s[0], s[1], s[2], classes])
  }
}

extension Tensor {
  /// The cotangents that pick these rows, `int32[R, N]`, of a Jacobian with so many: `[R, N, classes]`.
  ///
  /// - Complexity: One launch.
  package func jacobianSeeds(_ classes: Int) -> Tensor { builder.add(JacobianSeed(classes: classes), [self]) }
}
