/// What a ZIP archive's central directory says about one of its members.
struct ZIPEntry: Hashable {
  /// The name.
  let name: String
  /// Whether the contents are deflated; otherwise they are stored.
  let isDeflated: Bool
  /// The CRC-32 of the contents.
  let checksum: UInt32
  /// Bytes that the contents take in the archive.
  let storedSize: Int
  /// Bytes of the contents.
  let size: Int
  /// Where the member's own header begins.
  let offset: Int

  /// The bytes that begin an entry.
  static let signature: UInt32 = 0x0201_4B50
  /// The bits that say that the contents are encrypted, in one way or another.
  private static let encryption: UInt16 = 1 | 1 << 6 | 1 << 13
}

extension ZIPEntry {
  /// Reads the next entry of a central directory.
  ///
  /// - Returns: nil if the directory is cut short or damaged there.
  /// - Throws: ``FileError`` for what is valid but cannot be read.
  init?(_ reader: inout LittleEndian, _ path: String) throws(FileError) {
    guard reader.next(UInt32.self) == ZIPEntry.signature, reader.next(4) != nil,
      let flags = reader.next(UInt16.self), let method = reader.next(UInt16.self), reader.next(4) != nil,
      let checksum = reader.next(UInt32.self), let storedSize = reader.next(UInt32.self),
      let size = reader.next(UInt32.self), let nameLength = reader.next(UInt16.self),
      let extraLength = reader.next(UInt16.self), let commentLength = reader.next(UInt16.self),
      reader.next(8) != nil, let offset = reader.next(UInt32.self), let name = reader.next(Int(nameLength)),
      let extra = reader.next(Int(extraLength)), reader.next(Int(commentLength)) != nil,
      let wide = ZIPEntry.wide([size, storedSize, offset], extra)
    else { return nil }
    self.init(
      name: String(decoding: name, as: UTF8.self), isDeflated: method == 8, checksum: checksum,
      storedSize: wide[1], size: wide[0], offset: wide[2])
    guard flags & ZIPEntry.encryption == 0 else {
      throw FileError(path, at: "member '\(self.name)'", "is encrypted")
    }
    guard method == 0 || method == 8 else {
      throw FileError(
        path, at: "member '\(self.name)'", "compression method \(method); stored and deflated ones are read")
    }
    guard isDeflated || self.size == self.storedSize else { return nil }
  }

  /// Numbers of 32 bits, where they are all ones replaced by those of 64 bits in the extra field.
  private static func wide(_ narrow: [UInt32], _ extra: ArraySlice<UInt8>) -> [Int]? {
    var numbers = LittleEndian(wideField(in: extra))
    var result: [Int] = []
    for number in narrow {
      guard number == .max else {
        result.append(Int(number))
        continue
      }
      guard let wide = numbers.next(UInt64.self), let value = Int(exactly: wide) else { return nil }
      result.append(value)
    }
    return result
  }

  /// The ZIP64 part of an extra field, empty if there is none.
  private static func wideField(in extra: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var reader = LittleEndian(extra)
    while let tag = reader.next(UInt16.self), let length = reader.next(UInt16.self),
      let field = reader.next(Int(length))
    {
      if tag == 1 { return field }
    }
    return []
  }
}
