public import Compute

/// An element that the type it was to be converted to does not hold.
public struct UnrepresentableElement: Error, Hashable, Sendable, CustomStringConvertible {
  /// The position of the first such element, in row-major order.
  public let index: Int
  /// Its value.
  public let value: String
  /// The type that does not hold it.
  public let target: ElementType

  /// Position, value and type in words.
  public var description: String { "element \(index) is \(value), which \(target) does not hold" }
}

extension StoredArray {
  /// Stores a tensor's elements as they are, without copying them.
  public init(_ host: HostArray) {
    let element: ArrayElement =
      switch host.type.element {
      case .float32: .float32
      case .int32: .int32
      case .uint8: .uint8
      case .bool: .bool
      }
    self.init(
      shape: host.shape.extents, element: element, bytes: StoredArray.inHostOrder(host.bytes, element))
  }

  /// The array as the nearest type that tensors have.
  ///
  /// Floating-point numbers become float32, each rounded once, integers int32; truth values stay. float32,
  /// int32 and bytes are not copied.
  ///
  /// - Parameter keepingBytes: Whether uint8 stays uint8, as for stored images, instead of becoming int32.
  /// - Throws: ``UnrepresentableElement`` for the first integer that int32 does not hold.
  public func hostArray(keepingBytes: Bool = true) throws(UnrepresentableElement) -> HostArray {
    switch element {
    case .float16, .bfloat16, .float32, .float64: float32()
    case .bool: truthValues()
    case .uint8 where keepingBytes: HostArray(TensorType(Shape(shape), .uint8), bytes: bytes)
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64: try int32()
    }
  }

  /// The elements as float32, each rounded to the nearest once; bytes and truth values stay the numbers they
  /// are.
  public func float32() -> HostArray {
    guard element == .float32 else { return HostArray(Shape(shape), floats) }
    return HostArray(TensorType(Shape(shape)), bytes: StoredArray.inHostOrder(bytes, element))
  }

  /// The elements as int32; floating-point numbers must be whole.
  ///
  /// - Throws: ``UnrepresentableElement`` for the first element that is not a number of int32.
  public func int32() throws(UnrepresentableElement) -> HostArray {
    let type = TensorType(Shape(shape), .int32)
    switch element {
    case .int32: return HostArray(type, bytes: StoredArray.inHostOrder(bytes, element))
    case .float16, .bfloat16, .float32, .float64:
      let values = doubles
      try check(values) { Int32(exactly: $0) != nil }
      return HostArray(Shape(shape), values.map { Int32($0) })
    case .uint64:
      // The only type whose elements 64 signed bits do not hold either.
      try check(unsignedIntegers) { $0 <= UInt64(Int32.max) }
    case .bool, .int8, .int16, .int64, .uint8, .uint16, .uint32: break
    }
    let values = integers
    if element == .int64 || element == .uint32 { try check(values) { Int32(exactly: $0) != nil } }
    return HostArray(Shape(shape), values.map { Int32(truncatingIfNeeded: $0) })
  }

  private func truthValues() -> HostArray {
    let type = TensorType(Shape(shape), .bool)
    let isNormal = bytes.allSatisfy { $0 <= 1 }
    return HostArray(type, bytes: isNormal ? bytes : bytes.map { $0 == 0 ? 0 : 1 })
  }

  private func check<Value>(
    _ values: [Value], _ isHeld: (Value) -> Bool
  ) throws(UnrepresentableElement) {
    guard let index = values.firstIndex(where: { !isHeld($0) }) else { return }
    throw UnrepresentableElement(index: index, value: "\(values[index])", target: .int32)
  }

  /// Little-endian bytes in the machine's order, or the other way round.
  private static func inHostOrder(_ bytes: [UInt8], _ element: ArrayElement) -> [UInt8] {
    #if _endian(little)
      bytes
    #else
      ByteOrder.swapped(bytes, size: element.size)
    #endif
  }
}
