/// The elements of a tensor in the host's memory, dense and row-major.
public struct HostArray: Hashable, Sendable, Codable {
  /// The shape and element type.
  public let type: TensorType
  /// The elements in the machine's byte order, ``TensorType/byteCount`` bytes.
  public let bytes: [UInt8]

  /// Makes an array from raw bytes.
  ///
  /// - Precondition: `bytes` holds exactly the bytes that `type` takes.
  public init(_ type: TensorType, bytes: [UInt8]) {
    precondition(bytes.count == type.byteCount, "\(type) takes \(type.byteCount) bytes, not \(bytes.count)")
    self.type = type
    self.bytes = bytes
  }

  private enum CodingKeys: String, CodingKey { case type, bytes }

  /// Reads a saved array.
  ///
  /// - Throws: `DecodingError` unless there are as many bytes as the type takes, and truth values are 0 or 1.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    type = try container.decode(TensorType.self, forKey: .type)
    bytes = try container.decode([UInt8].self, forKey: .bytes)
    guard bytes.count == type.byteCount, type.element != .bool || bytes.allSatisfy({ $0 <= 1 }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .bytes, in: container, debugDescription: "these are not the bytes of \(type)")
    }
  }

  /// Makes a float array.
  public init(_ shape: Shape, _ values: [Float]) {
    self.init(TensorType(shape), bytes: HostArray.bytes(of: values))
  }

  /// Makes an integer array.
  public init(_ shape: Shape, _ values: [Int32]) {
    self.init(TensorType(shape, .int32), bytes: HostArray.bytes(of: values))
  }

  /// Makes an array of bytes.
  public init(_ shape: Shape, _ values: [UInt8]) {
    self.init(TensorType(shape, .uint8), bytes: values)
  }

  /// Makes an array of truth values.
  public init(_ shape: Shape, _ values: [Bool]) {
    self.init(TensorType(shape, .bool), bytes: values.map { $0 ? 1 : 0 })
  }

  /// The extents.
  public var shape: Shape { type.shape }

  /// The elements as floats; integers and truth values are converted.
  public var floats: [Float] {
    switch type.element {
    case .float32: unsafe HostArray.elements(of: bytes)
    case .int32: integers.map(Float.init)
    case .uint8, .bool: bytes.map(Float.init)
    }
  }

  /// The elements as integers; floats are truncated toward zero and must lie in the range of `Int32`.
  public var integers: [Int32] {
    switch type.element {
    case .float32: floats.map { Int32($0) }
    case .int32: unsafe HostArray.elements(of: bytes)
    case .uint8, .bool: bytes.map(Int32.init)
    }
  }

  private static func bytes<Element>(of values: [Element]) -> [UInt8] {
    // SAFETY: trivial element types; the bytes are copied while the array is alive.
    unsafe values.withUnsafeBytes { unsafe [UInt8]($0) }
  }

  @unsafe private static func elements<Element>(of bytes: [UInt8]) -> [Element] {
    let count = bytes.count / MemoryLayout<Element>.stride
    // SAFETY: the new array's memory is written whole from bytes of the same length.
    return unsafe [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      unsafe UnsafeMutableRawBufferPointer(buffer).copyBytes(from: bytes)
      initialized = count
    }
  }
}
