/// Every `steps`-th element from `starts`, along each axis.
public struct Slice: Primitive {
  /// The name in printed and saved graphs.
  public static let name = "slice"

  /// The first coordinate taken, by axis.
  public let starts: [Int]
  /// The extents of the result.
  public let shape: Shape
  /// The distance between coordinates taken, 1 or more, by axis.
  public let steps: [Int]

  /// The stated extents, which must lie within the input.
  public func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    let input = inputs[0].shape
    guard starts.count == input.rank, steps.count == input.rank, shape.rank == input.rank else {
      throw TypeMismatch("a slice of rank \(shape.rank) from \(input)")
    }
    for axis in 0..<input.rank {
      let last = starts[axis] + (shape[axis] - 1) * steps[axis]
      guard starts[axis] >= 0, steps[axis] >= 1, shape[axis] >= 0, starts[axis] <= input[axis],
        shape[axis] == 0 || last < input[axis]
      else {
        throw TypeMismatch(
          "axis \(axis): \(shape[axis]) elements from \(starts[axis]) by \(steps[axis]) leave it")
      }
    }
    return [TensorType(shape, inputs[0].element)]
  }

  /// Puts the cotangent back where it was taken, with zeros around.
  public func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?] {
    let input = inputs[0].shape
    let high = (0..<input.rank).map { axis in
      shape[axis] == 0
        ? input[axis] - starts[axis] : input[axis] - starts[axis] - ((shape[axis] - 1) * steps[axis] + 1)
    }
    return [cotangent.padded(low: starts, high: high, interior: steps.map { $0 - 1 })]
  }

  /// Takes the whole batch axis.
  public func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor {
    inputs[0].builder.add(
      Slice(starts: [0] + starts, shape: shape.inserting(inputs[0].shape[0], at: 0), steps: [1] + steps),
      inputs)
  }

  /// Takes the elements.
  public func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    let type = TensorType(shape, inputs[0].type.element)
    return [
      .generate(type) { place in
        inputs[0][place.indices.map { starts[$0] + place[$0] * steps[$0] }]
      }
    ]
  }
}
