extension StoredArray {
  /// Stores integers as elements of any type.
  ///
  /// What an integer type does not hold moves to the nearest that it does; floating-point types round to the
  /// nearest, ties to even; every number but 0 is true.
  ///
  /// - Precondition: There are as many numbers as the shape has elements.
  public init(shape: [Int], integers: [Int64], as element: ArrayElement) {
    let bytes =
      switch element {
      case .bool: ByteConversion.bytes(of: integers) { UInt8($0 == 0 ? 0 : 1) }
      case .int8: ByteConversion.bytes(of: integers) { Int8(clamping: $0) }
      case .int16: ByteConversion.bytes(of: integers) { Int16(clamping: $0) }
      case .int32: ByteConversion.bytes(of: integers) { Int32(clamping: $0) }
      case .int64: ByteConversion.bytes(of: integers) { $0 }
      case .uint8: ByteConversion.bytes(of: integers) { UInt8(clamping: $0) }
      case .uint16: ByteConversion.bytes(of: integers) { UInt16(clamping: $0) }
      case .uint32: ByteConversion.bytes(of: integers) { UInt32(clamping: $0) }
      case .uint64: ByteConversion.bytes(of: integers) { UInt64(clamping: $0) }
      // Doubles hold every integer that these formats can tell apart from a tie, once the low bits are kept.
      case .float16: ByteConversion.bytes(of: integers) { NarrowFloat.float16.encoded(Double(sticky: $0)) }
      case .bfloat16: ByteConversion.bytes(of: integers) { NarrowFloat.bfloat16.encoded(Double(sticky: $0)) }
      case .float32: ByteConversion.bytes(of: integers) { Float($0).bitPattern }
      case .float64: ByteConversion.bytes(of: integers) { Double($0).bitPattern }
      }
    self.init(shape: shape, element: element, bytes: bytes)
  }

  /// Stores numbers as elements of any type.
  ///
  /// Floating-point types round to the nearest, ties to even. For integer types numbers are truncated toward zero,
  /// what lies outside moves to the nearest, and not-a-number becomes 0; every number but 0 is true.
  ///
  /// - Precondition: There are as many numbers as the shape has elements.
  public init(shape: [Int], doubles: [Double], as element: ArrayElement) {
    let bytes: [UInt8]
    switch element {
    case .bool: bytes = ByteConversion.bytes(of: doubles) { UInt8($0 == 0 ? 0 : 1) }
    case .float16: bytes = ByteConversion.bytes(of: doubles) { NarrowFloat.float16.encoded($0) }
    case .bfloat16: bytes = ByteConversion.bytes(of: doubles) { NarrowFloat.bfloat16.encoded($0) }
    case .float32: bytes = ByteConversion.bytes(of: doubles) { Float($0).bitPattern }
    case .float64: bytes = ByteConversion.bytes(of: doubles) { $0.bitPattern }
    case .uint64: bytes = ByteConversion.bytes(of: doubles) { UInt64(truncating: $0) }
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32:
      self.init(shape: shape, integers: doubles.map { Int64(truncating: $0) }, as: element)
      return
    }
    self.init(shape: shape, element: element, bytes: bytes)
  }

  /// Stores single-precision numbers as they are.
  ///
  /// - Precondition: There are as many numbers as the shape has elements.
  public init(shape: [Int], floats: [Float]) {
    self.init(shape: shape, element: .float32, bytes: ByteConversion.bytes(of: floats) { $0.bitPattern })
  }
}

extension UInt64 {
  /// The number without its fraction; the nearest one where that lies outside, and 0 for not-a-number.
  @inline(__always)
  init(truncating value: Double) {
    self = value >= 0x1p64 ? .max : value > 0 ? UInt64(value) : 0
  }
}

extension Double {
  /// The number truncated to 53 bits, the last of which is set if anything was cut off.
  ///
  /// Rounding this to far fewer bits gives what rounding the integer itself would (rounding to odd).
  @inline(__always)
  init(sticky value: Int64) {
    let magnitude = value.magnitude
    let excess = max(0, 11 - magnitude.leadingZeroBitCount)
    let kept = magnitude >> UInt64(excess)
    let sticky: UInt64 = kept << UInt64(excess) == magnitude ? 0 : 1
    let result = Double(kept | sticky) * Double(UInt64(1) << UInt64(excess))
    self = value < 0 ? -result : result
  }
}
