/// The elements converted to another type.
///
/// Floats become integers by truncation toward zero, saturating, with NaN giving 0; any number becomes `true`
/// unless it is 0; integers become `uint8` by their low eight bits.
public struct Cast: Primitive {
  /// The name in printed and saved graphs.
  public static let name = "cast"

  /// The type of the result's elements.
  public let element: ElementType

  /// The input's shape with the new element type.
  public func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    [TensorType(inputs[0].shape, element)]
  }

  /// Casts between floats pass the cotangent; casts from or to other types have derivative zero.
  public func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?] {
    [element == .float32 && inputs[0].element == .float32 ? cotangent : nil]
  }

  /// Casts every element alike.
  public func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor { inputs[0].cast(to: element) }

  /// Converts in double precision.
  public func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    [ReferenceArray(TensorType(inputs[0].shape, element), inputs[0].values.map(convert))]
  }

  private func convert(_ value: Double) -> Double {
    switch element {
    case .float32: value
    case .bool: value != 0 ? 1 : 0
    case .int32: saturated(value)
    case .uint8: Double(UInt8(truncatingIfNeeded: Int(saturated(value))))
    }
  }

  private func saturated(_ value: Double) -> Double {
    if value.isNaN { return 0 }
    return min(max(value, Double(Int32.min)), Double(Int32.max)).rounded(.towardZero)
  }
}
