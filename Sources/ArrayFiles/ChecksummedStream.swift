import CZlib

/// A stream that computes the CRC-32 of what is read from it.
struct ChecksummedStream<Source: ByteStream>: ByteStream {
  private var source: Source
  /// The CRC-32 of everything read so far.
  private(set) var checksum: UInt32 = 0

  /// Wraps a stream.
  init(_ source: Source) { self.source = source }

  var origin: Origin { source.origin }
  var bound: Int { source.bound }

  @unsafe mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    let count = try unsafe source.read(into: buffer)
    // SAFETY: the first `count` bytes were written.
    unsafe checksum = CRC32.extended(checksum, by: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    return count
  }
}

/// The check sum of ZIP archives.
enum CRC32 {
  /// The check sum of what `checksum` belongs to followed by these bytes.
  static func extended(_ checksum: UInt32, by bytes: [UInt8]) -> UInt32 {
    // SAFETY: the bytes are alive during the call.
    unsafe bytes.withUnsafeBytes { unsafe extended(checksum, by: $0) }
  }

  /// The check sum of what `checksum` belongs to followed by these bytes.
  @unsafe static func extended(_ checksum: UInt32, by buffer: UnsafeRawBufferPointer) -> UInt32 {
    guard unsafe !buffer.isEmpty else { return checksum }
    let bytes = unsafe buffer.baseAddress?.assumingMemoryBound(to: Bytef.self)
    return unsafe UInt32(truncatingIfNeeded: crc32_z(uLong(checksum), bytes, buffer.count))
  }
}
