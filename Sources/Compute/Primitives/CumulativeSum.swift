/// Running sums along an axis.
public struct CumulativeSum: Primitive {
  /// The name in printed and saved graphs.
  public static let name = "cumulativeSum"

  /// The axis.
  public let axis: Int
  /// Whether sums run from the last element to the first.
  public let isReversed: Bool

  /// The input's type.
  public func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    guard axis >= 0, axis < inputs[0].shape.rank else { throw TypeMismatch("there is no axis \(axis)") }
    guard inputs[0].element == .float32 || inputs[0].element == .int32 else {
      throw TypeMismatch("the elements must be float32 or int32; cast first")
    }
    return inputs
  }

  /// Sums in the other direction.
  public func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?] {
    [cotangent.builder.add(CumulativeSum(axis: axis, isReversed: !isReversed), [cotangent])]
  }

  /// Sums along the next axis.
  public func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor {
    inputs[0].builder.add(CumulativeSum(axis: axis + 1, isReversed: isReversed), inputs)
  }

  /// Sums in double precision; integers wrap.
  public func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    let sums = ReferenceArray.generate(inputs[0].type) { place in
      let range = isReversed ? place[axis]..<inputs[0].shape[axis] : 0..<(place[axis] + 1)
      var place = place
      return range.reduce(0) { sum, index in
        place[axis] = index
        return sum + inputs[0][place]
      }
    }
    return [sums.wrapped]
  }
}
