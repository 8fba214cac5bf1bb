/// What the elements of a tensor are.
public enum ElementType: UInt8, Hashable, Sendable, Codable, CaseIterable {
  /// IEEE 754 single precision.
  case float32
  /// 32-bit two's complement; arithmetic wraps.
  case int32
  /// Unsigned bytes, for stored images.
  case uint8
  /// Truth values, one byte each: 0 or 1.
  case bool

  /// Bytes an element takes in memory.
  public var size: Int {
    switch self {
    case .float32, .int32: 4
    case .uint8, .bool: 1
    }
  }

  /// Whether an element can have this value; floats take any number and round it.
  public func holds(_ value: Double) -> Bool {
    switch self {
    case .float32: true
    case .int32: Int32(exactly: value) != nil
    case .uint8: UInt8(exactly: value) != nil
    case .bool: value == 0 || value == 1
    }
  }

  /// Whether derivatives exist with respect to values of this type.
  public var isDifferentiable: Bool { self == .float32 }
}

extension ElementType: CustomStringConvertible {
  /// The name that printed graphs and messages use.
  public var description: String {
    switch self {
    case .float32: "float32"
    case .int32: "int32"
    case .uint8: "uint8"
    case .bool: "bool"
    }
  }
}
