/// Bytes that come one after the other: a part of a file, or what comes out of a decompressor.
package protocol ByteStream {
  /// The file, as the user named it, and the part of it that is read.
  var origin: Origin { get }

  /// The most bytes that can still come, so that nothing larger is allocated.
  var bound: Int { get }

  /// Reads bytes until the buffer is full or the stream ends.
  ///
  /// - Returns: The number of bytes read; fewer than asked for only at the end.
  /// - Throws: ``FileError`` for damaged contents.
  @unsafe mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int
}

/// What errors about a stream name.
package struct Origin: Sendable {
  /// The file.
  let path: String
  /// The part of the file, as in "array 'images'"; nil for the whole.
  let part: String?

  /// Names a file and a part of it.
  package init(_ path: String, part: String? = nil) {
    self.path = path
    self.part = part
  }

  /// An error at a place in the part.
  package func error(at place: String? = nil, _ message: String) -> FileError {
    let places = [part, place].compactMap { $0 }
    return FileError(path, at: places.isEmpty ? nil : places.joined(separator: ": "), message)
  }
}

extension ByteStream {
  /// Reads exactly this many bytes.
  ///
  /// - Parameters:
  ///   - count: The number of bytes, 0 or more.
  ///   - what: What the bytes are, for the error.
  /// - Throws: ``FileError`` if the stream ends before, which is found before anything is allocated where the
  ///   bound allows it.
  package mutating func read(_ count: Int, _ what: String) throws(FileError) -> [UInt8] {
    guard count <= bound else {
      throw origin.error("\(what) should take \(count) bytes, but no more than \(bound) can follow")
    }
    try Memory.check(count, origin.path, at: origin.part)
    // SAFETY: the buffer has `count` bytes.
    let bytes = try unsafe [UInt8].filled(count) { buffer throws(FileError) in
      try unsafe read(into: buffer)
    }
    guard bytes.count == count else {
      throw origin.error("\(what) should take \(count) bytes, but only \(bytes.count) follow")
    }
    return bytes
  }

  /// Checks that nothing follows.
  ///
  /// - Throws: ``FileError`` if another byte follows or the check sum at the end is wrong.
  package mutating func checkEnd(after what: String) throws(FileError) {
    // SAFETY: a buffer of one byte.
    let more = try unsafe [UInt8].filled(1) { buffer throws(FileError) in try unsafe read(into: buffer) }
    guard more.isEmpty else { throw origin.error("more bytes follow \(what)") }
  }
}

/// A range of bytes of a file.
package struct FileSection: ByteStream {
  /// The file.
  let file: InputFile
  /// What is still to be read.
  private(set) var range: Range<Int>
  package let origin: Origin

  /// Makes the stream of a range, or of the whole file.
  ///
  /// - Precondition: The range lies within the file.
  package init(_ file: InputFile, _ range: Range<Int>? = nil, part: String? = nil) {
    self.file = file
    self.range = range ?? 0..<file.size
    origin = Origin(file.path, part: part)
  }

  package var bound: Int { range.count }

  @unsafe package mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    // SAFETY: no more than the buffer holds.
    let part = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(range.count))
    let count = try unsafe file.read(into: part, at: range.lowerBound)
    range = (range.lowerBound + count)..<range.upperBound
    return count
  }
}

/// Bytes that are already in memory.
package struct MemorySection: ByteStream {
  private let bytes: [UInt8]
  private var position = 0
  package let origin: Origin

  /// Makes the stream of these bytes.
  package init(_ bytes: [UInt8], _ origin: Origin) {
    self.bytes = bytes
    self.origin = origin
  }

  package var bound: Int { bytes.count - position }

  @unsafe package mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    let count = min(buffer.count, bound)
    // SAFETY: `count` bytes are there on both sides.
    unsafe buffer.copyBytes(from: bytes[position..<position + count])
    position += count
    return count
  }
}
