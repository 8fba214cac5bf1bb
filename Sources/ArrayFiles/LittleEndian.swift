/// Reads little-endian numbers out of bytes, refusing to go beyond them.
struct LittleEndian {
  private let bytes: ArraySlice<UInt8>
  private(set) var position: Int

  /// Starts at the first of these bytes.
  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  /// Bytes that are left.
  var remaining: Int { bytes.endIndex - position }

  /// The next number of a type, nil if too few bytes are left.
  mutating func next<Number: FixedWidthInteger>(_ type: Number.Type) -> Number? {
    guard let bytes = next(MemoryLayout<Number>.size) else { return nil }
    return bytes.reversed().reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
  }

  /// The next bytes, nil if too few are left.
  mutating func next(_ count: Int) -> ArraySlice<UInt8>? {
    guard count <= remaining else { return nil }
    defer { position += count }
    return bytes[position..<position + count]
  }
}

extension [UInt8] {
  /// Appends a number, little-endian.
  mutating func append(_ number: some FixedWidthInteger) {
    for shift in stride(from: 0, to: number.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }
}
