/// The members of a ZIP archive, as its central directory lists them.
///
/// Follows APPNOTE.TXT 6.3, with ZIP64; archives that are split, encrypted or have something in front are
/// refused.
struct ZIPDirectory {
  /// The members in the order of the directory.
  let entries: [ZIPEntry]
  /// Where the directory begins, which is where contents end.
  let start: Int

  /// Where a directory lies.
  private struct Place {
    let offset: Int
    let size: Int
    let count: Int
  }

  /// The longest directory that is read.
  private static let longest = 1 << 26

  /// Reads the directory of an archive.
  ///
  /// - Throws: ``FileError`` if the file is no archive, is cut short or holds what cannot be read.
  init(_ file: InputFile) throws(FileError) {
    let place = try ZIPDirectory.place(in: file)
    let (end, overflow) = place.offset.addingReportingOverflow(place.size)
    guard !overflow, end <= file.size, place.size <= ZIPDirectory.longest else {
      throw FileError(file.path, "the directory of the archive does not lie within the file")
    }
    let bytes = try file.read(place.offset..<end)
    var reader = LittleEndian(bytes[...])
    var entries: [ZIPEntry] = []
    while reader.remaining > 0 {
      let offset = place.offset + reader.position
      guard let entry = try ZIPEntry(&reader, file.path) else {
        throw FileError(file.path, at: "byte \(offset)", "the directory of the archive is damaged")
      }
      entries.append(entry)
    }
    guard entries.count == place.count else {
      throw FileError(
        file.path, "the directory of the archive lists \(entries.count) members and announces \(place.count)")
    }
    self.entries = entries
    start = place.offset
  }

  /// Where the contents of a member lie in the file.
  ///
  /// - Throws: ``FileError`` if the member does not lie between the start of the file and the directory.
  func contents(of entry: ZIPEntry, in file: InputFile) throws(FileError) -> Range<Int> {
    let damaged = FileError(file.path, at: "member '\(entry.name)'", "does not lie within the archive")
    guard entry.offset <= start - 30 else { throw damaged }
    let header = try file.read(entry.offset..<entry.offset + 30)
    var reader = LittleEndian(header[...])
    guard reader.next(UInt32.self) == 0x0403_4B50, reader.next(22) != nil,
      let nameLength = reader.next(UInt16.self), let extraLength = reader.next(UInt16.self)
    else { throw damaged }
    let first = entry.offset + 30 + Int(nameLength) + Int(extraLength)
    guard first <= start, entry.storedSize <= start - first else { throw damaged }
    return first..<first + entry.storedSize
  }

  /// Reads the record at the end of the archive, and the larger one in front of it if there is one.
  private static func place(in file: InputFile) throws(FileError) -> Place {
    // A comment of up to 65,535 bytes may follow the record of 22 bytes.
    let from = max(0, file.size - 22 - 65_535)
    let tail = try file.read(from..<file.size)
    guard let index = lastEnd(in: tail) else {
      throw FileError(file.path, "is not a ZIP archive, or is cut short: there is no end of a directory")
    }
    var reader = LittleEndian(tail[(index + 4)...])
    guard let disk = reader.next(UInt16.self), reader.next(4) != nil, let count = reader.next(UInt16.self),
      let size = reader.next(UInt32.self), let offset = reader.next(UInt32.self), disk == 0 || disk == .max
    else { throw FileError(file.path, at: "byte \(from + index)", "the archive is split over several files") }
    guard count == .max || size == .max || offset == .max else {
      return Place(offset: Int(offset), size: Int(size), count: Int(count))
    }
    return try widePlace(in: file, before: from + index)
  }

  /// Where the last end record begins whose comment reaches exactly to the end of the file.
  private static func lastEnd(in tail: [UInt8]) -> Int? {
    guard tail.count >= 22 else { return nil }
    return (0...tail.count - 22).last { index in
      tail[index] == 0x50 && tail[index + 1] == 0x4B && tail[index + 2] == 5 && tail[index + 3] == 6
        && Int(tail[index + 20]) | Int(tail[index + 21]) << 8 == tail.count - index - 22
    }
  }

  /// Reads the ZIP64 record, which a locator in front of the end record points to.
  private static func widePlace(in file: InputFile, before end: Int) throws(FileError) -> Place {
    let damaged = FileError(file.path, at: "byte \(end)", "the ZIP64 directory record is missing or damaged")
    guard end >= 20 else { throw damaged }
    let locator = try file.read(end - 20..<end)
    var reader = LittleEndian(locator[...])
    guard reader.next(UInt32.self) == 0x0706_4B50, reader.next(4) != nil,
      let wide = reader.next(UInt64.self), let start = Int(exactly: wide), start <= end - 56
    else { throw damaged }
    let record = try file.read(start..<start + 56)
    reader = LittleEndian(record[...])
    guard reader.next(UInt32.self) == 0x0606_4B50, reader.next(28) != nil,
      let count = reader.next(UInt64.self).flatMap({ Int(exactly: $0) }),
      let size = reader.next(UInt64.self).flatMap({ Int(exactly: $0) }),
      let offset = reader.next(UInt64.self).flatMap({ Int(exactly: $0) })
    else { throw damaged }
    return Place(offset: offset, size: size, count: count)
  }
}
