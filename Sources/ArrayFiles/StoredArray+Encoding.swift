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
      case .bool: encode(integers) { UInt8($0 == 0 ? 0 : 1) }
      case .int8: encode(integers) { Int8(clamping: $0) }
      case .int16: encode(integers) { Int16(clamping: $0) }
      case .int32: encode(integers) { Int32(clamping: $0) }
      case .int64: encode(integers) { $0 }
      case .uint8: encode(integers) { UInt8(clamping: $0) }
      case .uint16: encode(integers) { UInt16(clamping: $0) }
      case .uint32: encode(integers) { UInt32(clamping: $0) }
      case .uint64: encode(integers) { UInt64(clamping: $0) }
      // Doubles hold every integer that these formats can tell apart from a tie, once the low bits are kept.
      case .float16: encode(integers) { NarrowFloat.float16.encoded(Double(sticky: $0)) }
      case .bfloat16: encode(integers) { NarrowFloat.bfloat16.encoded(Double(sticky: $0)) }
      case .float32: encode(integers) { Float($0).bitPattern }
      case .float64: encode(integers) { Double($0).bitPattern }
      }
    self.init(shape: shape, element: element, bytes: bytes)
  }

  /// Stores numbers as elements of any type.
  ///
  /// Floating-point types round to the nearest, ties to even. For integer types numbers are truncated toward
  /// zero, what lies outside moves to the nearest, and not-a-number becomes 0; every number but 0 is true.
  ///
  /// - Precondition: There are as many numbers as the shape has elements.
  public init(shape: [Int], doubles: [Double], as element: ArrayElement) {
    let bytes: [UInt8]
    switch element {
    case .bool: bytes = encode(doubles) { UInt8($0 == 0 ? 0 : 1) }
    case .float16: bytes = encode(doubles) { NarrowFloat.float16.encoded($0) }
    case .bfloat16: bytes = encode(doubles) { NarrowFloat.bfloat16.encoded($0) }
    case .float32: bytes = encode(doubles) { Float($0).bitPattern }
    case .float64: bytes = encode(doubles) { $0.bitPattern }
    case .uint64: bytes = encode(doubles) { UInt64(truncating: $0) }
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
    self.init(shape: shape, element: .float32, bytes: encode(floats) { $0.bitPattern })
  }

  /// Bytes divided by 255 as float32, each rounded once.
  ///
  /// - Precondition: The elements are uint8.
  var unitRange: StoredArray {
    precondition(element == .uint8)
    return StoredArray(
      shape: shape, element: .float32, bytes: encode(bytes) { (Float($0) / 255).bitPattern })
  }
}

/// The little-endian bytes of each value, converted.
///
/// Private to this file, so that builds that compile files one by one make a loop of vector code of it too.
@inline(__always)
private func encode<Value, Stored: FixedWidthInteger>(
  _ values: [Value], _ transform: (Value) -> Stored
) -> [UInt8] {
  let size = MemoryLayout<Stored>.size
  let count = values.count
  // SAFETY: writes `count` numbers of `size` bytes each, without alignment, into `count * size` bytes.
  return unsafe values.withUnsafeBufferPointer { source in
    unsafe [UInt8](unsafeUninitializedCapacity: count * size) { target, initialized in
      let raw = UnsafeMutableRawBufferPointer(target)
      for index in 0..<count {
        let value = unsafe transform(source[index]).littleEndian
        unsafe raw.storeBytes(of: value, toByteOffset: index * size, as: Stored.self)
      }
      initialized = count * size
    }
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
