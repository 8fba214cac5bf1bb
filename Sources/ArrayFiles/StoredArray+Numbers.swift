extension StoredArray {
  /// The elements as integers.
  ///
  /// Floating-point numbers are truncated toward zero, what lies outside moves to the nearest, not-a-number
  /// becomes 0; truth values are 0 and 1.
  public var integers: [Int64] {
    switch element {
    case .bool: convert(UInt8.self) { $0 == 0 ? 0 : 1 }
    case .int8: convert(Int8.self) { Int64($0) }
    case .int16: convert(Int16.self) { Int64($0) }
    case .int32: convert(Int32.self) { Int64($0) }
    case .int64: convert(Int64.self) { $0 }
    case .uint8: convert(UInt8.self) { Int64($0) }
    case .uint16: convert(UInt16.self) { Int64($0) }
    case .uint32: convert(UInt32.self) { Int64($0) }
    case .uint64: convert(UInt64.self) { Int64(clamping: $0) }
    case .float16, .bfloat16, .float32, .float64: doubles.map { Int64(truncating: $0) }
    }
  }

  /// The elements as double-precision numbers; exact but for integers beyond 2⁵³, which are rounded.
  public var doubles: [Double] {
    switch element {
    case .bool: convert(UInt8.self) { $0 == 0 ? 0 : 1 }
    case .int8: convert(Int8.self) { Double($0) }
    case .int16: convert(Int16.self) { Double($0) }
    case .int32: convert(Int32.self) { Double($0) }
    case .int64: convert(Int64.self) { Double($0) }
    case .uint8: convert(UInt8.self) { Double($0) }
    case .uint16: convert(UInt16.self) { Double($0) }
    case .uint32: convert(UInt32.self) { Double($0) }
    case .uint64: convert(UInt64.self) { Double($0) }
    case .float16: convert(UInt16.self) { Double(NarrowFloat.decodedFloat16($0)) }
    case .bfloat16: convert(UInt16.self) { Double(NarrowFloat.decodedBFloat16($0)) }
    case .float32: convert(UInt32.self) { Double(Float(bitPattern: $0)) }
    case .float64: convert(UInt64.self) { Double(bitPattern: $0) }
    }
  }

  /// The elements as single-precision numbers, each rounded to the nearest once.
  public var floats: [Float] {
    switch element {
    case .bool: convert(UInt8.self) { $0 == 0 ? 0 : 1 }
    case .int8: convert(Int8.self) { Float($0) }
    case .int16: convert(Int16.self) { Float($0) }
    case .int32: convert(Int32.self) { Float($0) }
    case .int64: convert(Int64.self) { Float($0) }
    case .uint8: convert(UInt8.self) { Float($0) }
    case .uint16: convert(UInt16.self) { Float($0) }
    case .uint32: convert(UInt32.self) { Float($0) }
    case .uint64: convert(UInt64.self) { Float($0) }
    case .float16: convert(UInt16.self) { NarrowFloat.decodedFloat16($0) }
    case .bfloat16: convert(UInt16.self) { NarrowFloat.decodedBFloat16($0) }
    case .float32: convert(UInt32.self) { Float(bitPattern: $0) }
    case .float64: convert(UInt64.self) { Float(Double(bitPattern: $0)) }
    }
  }
}

extension StoredArray {
  /// The elements of an array of uint64, which ``integers`` does not hold all of.
  var unsignedIntegers: [UInt64] { convert(UInt64.self) { $0 } }

  /// Each number that the bytes hold, converted.
  ///
  /// Private to this file, so that builds that compile files one by one make a loop of vector code of it too.
  @inline(__always)
  private func convert<Stored: FixedWidthInteger, Result>(
    _ stored: Stored.Type, _ transform: (Stored) -> Result
  ) -> [Result] {
    let size = MemoryLayout<Stored>.size
    let count = bytes.count / size
    // SAFETY: reads `count` numbers within the bytes, writes each of the `count` results once.
    return unsafe bytes.withUnsafeBytes { source in
      unsafe [Result](unsafeUninitializedCapacity: count) { target, initialized in
        for index in 0..<count {
          let raw = unsafe source.loadUnaligned(fromByteOffset: index * size, as: Stored.self)
          unsafe target.initializeElement(at: index, to: transform(Stored(littleEndian: raw)))
        }
        initialized = count
      }
    }
  }
}

extension Int64 {
  /// The number without its fraction; the nearest one where that lies outside, and 0 for not-a-number.
  @inline(__always)
  init(truncating value: Double) {
    // 2⁶³ is the first number beyond the range; -2⁶³ is the last within it.
    self = value >= 0x1p63 ? .max : value <= -0x1p63 ? .min : value.isNaN ? 0 : Int64(value)
  }
}
