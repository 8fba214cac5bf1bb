/// An array of any standard element type, dense and row-major, as files hold it.
public struct StoredArray: Hashable, Sendable {
  /// The extents; none for a scalar.
  public let shape: [Int]
  /// What the elements are.
  public let element: ArrayElement
  /// The elements, little-endian.
  public let bytes: [UInt8]

  /// Makes an array from raw bytes.
  ///
  /// - Precondition: No extent is negative, and `bytes` holds exactly the bytes that shape and element type
  ///   take.
  public init(shape: [Int], element: ArrayElement, bytes: [UInt8]) {
    precondition(
      bytes.count == StoredArray.byteCount(of: shape, element),
      "\(bytes.count) bytes do not make \(shape) of \(element.rawValue)")
    self.shape = shape
    self.element = element
    self.bytes = bytes
  }

  /// The number of elements.
  public var count: Int { bytes.count / element.size }

  /// The bytes that elements of this type and shape take; nil for a negative extent or a product beyond
  /// `Int`.
  public static func byteCount(of shape: [Int], _ element: ArrayElement) -> Int? {
    var product = element.size
    for extent in shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else { return nil }
      product = next
    }
    return product
  }

  /// The same elements in the same order as another shape.
  ///
  /// - Precondition: The shapes have equally many elements.
  public func reshaped(to shape: [Int]) -> StoredArray {
    StoredArray(shape: shape, element: element, bytes: bytes)
  }
}
