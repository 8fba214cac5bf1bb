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
  /// - Precondition: No extent is negative, and `bytes` holds exactly the bytes that shape and element type take.
  public init(shape: [Int], element: ArrayElement, bytes: [UInt8]) {
    precondition(
      shape.allSatisfy { $0 >= 0 } && bytes.count == shape.reduce(element.size, *),
      "\(bytes.count) bytes do not make \(shape) of \(element.rawValue)")
    self.shape = shape
    self.element = element
    self.bytes = bytes
  }

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }
}

extension StoredArray {
  /// The elements as integers; floating-point numbers are truncated toward zero, and what lies outside is moved to the nearest.
  public var integers: [Int64] {
    preconditionFailure()
  }
}
