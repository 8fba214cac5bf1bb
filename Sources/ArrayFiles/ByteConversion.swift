/// Arrays of numbers out of little-endian bytes and back, in loops that compile to vector code.
enum ByteConversion {
  /// Each number that the bytes hold, converted.
  @inline(__always)
  static func map<Stored: FixedWidthInteger, Result>(
    _ bytes: [UInt8], _ stored: Stored.Type, _ transform: (Stored) -> Result
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

  /// The bytes of each value, converted.
  @inline(__always)
  static func bytes<Value, Stored: FixedWidthInteger>(
    of values: [Value], _ transform: (Value) -> Stored
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

  /// The bytes with those of each group of `size` in the opposite order.
  static func swapped(_ bytes: [UInt8], size: Int) -> [UInt8] {
    switch size {
    case 2: self.bytes(of: map(bytes, UInt16.self, \.self)) { $0.byteSwapped }
    case 4: self.bytes(of: map(bytes, UInt32.self, \.self)) { $0.byteSwapped }
    case 8: self.bytes(of: map(bytes, UInt64.self, \.self)) { $0.byteSwapped }
    default: bytes
    }
  }
}
