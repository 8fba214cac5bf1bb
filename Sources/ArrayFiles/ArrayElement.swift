/// What the elements of an array in a file are.
public enum ArrayElement: String, Hashable, Sendable, Codable, CaseIterable {
  case bool, int8, int16, int32, int64, uint8, uint16, uint32, uint64, float16, bfloat16, float32, float64

  /// Bytes an element takes.
  public var size: Int {
    switch self {
    case .bool, .int8, .uint8: 1
    case .int16, .uint16, .float16, .bfloat16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }

  /// Whether the elements are floating-point numbers of any width.
  public var isFloating: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: true
    case .bool, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64: false
    }
  }
}
