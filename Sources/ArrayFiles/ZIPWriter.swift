import CZlib

/// Writes a ZIP archive member by member; sizes beyond 32 bits make it a ZIP64 archive.
struct ZIPWriter: ~Copyable {
  private var file: OutputFile
  private var entries: [ZIPEntry] = []

  /// The version that reads ZIP64, in tenths.
  private static let version: UInt16 = 45
  /// The flag that says that names are UTF-8.
  private static let flags: UInt16 = 1 << 11
  /// The first of January 1980, the zero of the format's calendar.
  private static let date: UInt16 = 1 << 5 | 1

  /// Begins an archive.
  init(_ file: consuming OutputFile) { self.file = file }

  /// Appends a member whose contents are these parts together.
  mutating func add(_ name: String, _ parts: [[UInt8]], compressed: Bool) throws(FileError) {
    guard name.utf8.count <= UInt16.max else { throw FileError(file.path, "an array's name is too long") }
    let offset = file.size
    let header = localHeader(name, compressed, checksum: 0, storedSize: 0, size: 0)
    try file.write(header)
    let first = file.size
    if compressed {
      try Deflater.deflate(parts, to: &file)
    } else {
      for part in parts { try file.write(part) }
    }
    let entry = ZIPEntry(
      name: name, isDeflated: compressed, checksum: parts.reduce(0) { CRC32.extended($0, by: $1) },
      storedSize: file.size - first, size: parts.reduce(0) { $0 + $1.count }, offset: offset)
    let final = localHeader(
      name, compressed, checksum: entry.checksum, storedSize: entry.storedSize, size: entry.size)
    try file.write(final, at: offset)
    entries.append(entry)
  }

  /// Writes the directory and gives the archive its name.
  consuming func finish() throws(FileError) {
    let start = file.size
    var directory: [UInt8] = []
    for entry in entries { directory += directoryEntry(entry) }
    directory += end(start: start, size: directory.count)
    try file.write(directory)
    try file.commit()
  }

  /// The header in front of a member, always with room for sizes of 64 bits, as they are not known
  /// beforehand.
  private func localHeader(
    _ name: String, _ compressed: Bool, checksum: UInt32, storedSize: Int, size: Int
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(0x0403_4B50 as UInt32)
    for field in [ZIPWriter.version, ZIPWriter.flags, compressed ? 8 : 0, 0, ZIPWriter.date] {
      bytes.append(field)
    }
    bytes.append(checksum)
    bytes.append(UInt32.max)
    bytes.append(UInt32.max)
    bytes.append(UInt16(name.utf8.count))
    bytes.append(20 as UInt16)
    bytes += name.utf8
    bytes.append(1 as UInt16)
    bytes.append(16 as UInt16)
    bytes.append(UInt64(size))
    bytes.append(UInt64(storedSize))
    return bytes
  }

  private func directoryEntry(_ entry: ZIPEntry) -> [UInt8] {
    let numbers = [entry.size, entry.storedSize, entry.offset]
    let wide = numbers.filter { $0 >= UInt32.max }
    var bytes: [UInt8] = []
    bytes.append(ZIPEntry.signature)
    for field in [
      ZIPWriter.version, ZIPWriter.version, ZIPWriter.flags, entry.isDeflated ? 8 : 0, 0, ZIPWriter.date,
    ] {
      bytes.append(field)
    }
    bytes.append(entry.checksum)
    bytes.append(UInt32(clamping: entry.storedSize))
    bytes.append(UInt32(clamping: entry.size))
    bytes.append(UInt16(entry.name.utf8.count))
    bytes.append(UInt16(wide.isEmpty ? 0 : 4 + 8 * wide.count))
    // Neither a comment, nor another disk, nor attributes.
    bytes += [UInt8](repeating: 0, count: 10)
    bytes.append(UInt32(clamping: entry.offset))
    bytes += entry.name.utf8
    guard !wide.isEmpty else { return bytes }
    bytes.append(1 as UInt16)
    bytes.append(UInt16(8 * wide.count))
    for number in wide { bytes.append(UInt64(number)) }
    return bytes
  }

  /// The records at the end of the archive.
  private func end(start: Int, size: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    if start >= UInt32.max || size >= UInt32.max || entries.count >= UInt16.max {
      bytes.append(0x0606_4B50 as UInt32)
      bytes.append(44 as UInt64)
      bytes.append(ZIPWriter.version)
      bytes.append(ZIPWriter.version)
      bytes.append(0 as UInt64)
      for number in [entries.count, entries.count, size, start] { bytes.append(UInt64(number)) }
      bytes.append(0x0706_4B50 as UInt32)
      bytes.append(0 as UInt32)
      bytes.append(UInt64(start + size))
      bytes.append(1 as UInt32)
    }
    bytes.append(0x0605_4B50 as UInt32)
    bytes.append(0 as UInt32)
    bytes.append(UInt16(clamping: entries.count))
    bytes.append(UInt16(clamping: entries.count))
    bytes.append(UInt32(clamping: size))
    bytes.append(UInt32(clamping: start))
    bytes.append(0 as UInt16)
    return bytes
  }
}
