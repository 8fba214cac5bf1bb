/// Elements that count up from 0 along one axis.
public struct Iota: Primitive {
  /// The name in printed and saved graphs.
  public static let name = "iota"

  /// The type of the result.
  public let type: TensorType
  /// The axis along which elements count.
  public let axis: Int

  /// None.
  public var inputCount: Int? { 0 }

  /// The stated type.
  public func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    guard type.shape.extents.allSatisfy({ $0 >= 0 }) else {
      throw TypeMismatch("\(type) has a negative extent")
    }
    guard axis >= 0, axis < type.shape.rank else { throw TypeMismatch("there is no axis \(axis) in \(type)") }
    guard type.element == .int32 || type.element == .float32 else {
      throw TypeMismatch("the elements must be int32 or float32")
    }
    return [type]
  }

  /// There is no input.
  public func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?] { [] }

  /// There is no input, so nothing can be batched.
  public func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor {
    preconditionFailure("iota has no inputs to batch")
  }

  /// Counts.
  public func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    [.generate(type) { Double($0[axis]) }]
  }
}
