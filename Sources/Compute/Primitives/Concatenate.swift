/// The inputs one after the other along an axis.
public struct Concatenate: Primitive {
  /// The name in printed and saved graphs.
  public static let name = "concatenate"

  /// The axis.
  public let axis: Int

  /// Any number.
  public var inputCount: Int? { nil }

  /// The common shape with the extents along the axis added up.
  public func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    guard let first = inputs.first, axis >= 0, axis < first.shape.rank else {
      throw TypeMismatch("there is no axis \(axis)")
    }
    guard inputs.allSatisfy({ $0.element == first.element }) else {
      throw TypeMismatch("the element types must agree; cast one of them")
    }
    guard
      inputs.allSatisfy({
        $0.shape.rank == first.shape.rank && $0.shape.keeping([axis]) == first.shape.keeping([axis])
      })
    else { throw TypeMismatch("the shapes must agree except along axis \(axis)") }
    var shape = first.shape
    shape[axis] = inputs.reduce(0) { $0 + $1.shape[axis] }
    return [TensorType(shape, first.element)]
  }

  /// Each input receives its part.
  public func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?] {
    var start = 0
    return inputs.map { input in
      let part = cotangent.sliced(axis: axis, from: start, count: input.shape[axis])
      start += input.shape[axis]
      return part
    }
  }

  /// Concatenates along the next axis.
  public func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor {
    inputs[0].builder.add(Concatenate(axis: axis + 1), alignedBatch(inputs, isBatched))
  }

  /// Looks up which input a coordinate falls in.
  public func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    var shape = inputs[0].shape
    shape[axis] = inputs.reduce(0) { $0 + $1.shape[axis] }
    let sources = inputs.indices.flatMap { index in (0..<inputs[index].shape[axis]).map { (index, $0) } }
    return [
      .generate(TensorType(shape, inputs[0].type.element)) { place in
        var place = place
        let (index, part) = sources[place[axis]]
        place[axis] = part
        return inputs[index][place]
      }
    ]
  }
}
