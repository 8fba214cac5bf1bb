/// The type of a tensor: what its elements are and how many lie along each axis.
public struct TensorType: Hashable, Sendable, Codable {
  /// The extents.
  public var shape: Shape
  /// What the elements are.
  public var element: ElementType

  /// Makes the type of tensors with this shape and these elements.
  public init(_ shape: Shape, _ element: ElementType = .float32) {
    self.shape = shape
    self.element = element
  }

  /// Bytes a dense tensor of this type takes.
  public var byteCount: Int {
    let (count, overflows) = shape.count.multipliedReportingOverflow(by: element.size)
    return overflows ? .max : count
  }
}

extension TensorType: CustomStringConvertible {
  /// The element type and the extents, as in `float32[8, 3]`.
  public var description: String { "\(element)\(shape)" }
}
