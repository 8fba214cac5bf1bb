#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A regular file that is open for reading.
public struct InputFile: Sendable {
  /// The file, as the user named it.
  public let path: String
  /// The length in bytes when the file was opened.
  public let size: Int
  private let descriptor: FileDescriptor

  /// Opens a file.
  ///
  /// - Throws: ``FileError`` if it is missing, may not be read, or is a folder, a pipe or a device.
  public init(_ path: String) throws(FileError) { try self.init(RawPath(path)) }

  /// Opens a file whose name need not be UTF-8.
  ///
  /// - Throws: As ``init(_:)-(String)`` does.
  package init(_ location: RawPath) throws(FileError) {
    path = location.text
    let status: FileDescriptor.Status
    do throws(SystemError) {
      descriptor = try FileDescriptor.opened(location, flags: O_RDONLY)
      status = try descriptor.status()
    } catch {
      throw FileError(path, error.message)
    }
    guard status.isRegular else {
      throw FileError(path, status.isFolder ? "is a folder, not a file" : "is not a regular file")
    }
    size = status.size
  }

  /// Reads every byte.
  ///
  /// - Throws: ``FileError`` if the file cannot be read to its end or does not fit into memory.
  public func read() throws(FileError) -> [UInt8] { try read(0..<size) }

  /// Reads a range of bytes.
  ///
  /// - Throws: ``FileError`` if the range does not lie within the file, or as ``read()`` does.
  public func read(_ range: Range<Int>) throws(FileError) -> [UInt8] {
    guard range.lowerBound >= 0, range.upperBound <= size else {
      throw FileError(path, at: "byte \(size)", "the file ends before byte \(range.upperBound)")
    }
    try Memory.check(range.count, path)
    // SAFETY: the buffer has the length of the range.
    let bytes = try unsafe [UInt8].filled(range.count) { buffer throws(FileError) in
      try unsafe read(into: buffer, at: range.lowerBound)
    }
    guard bytes.count == range.count else {
      throw FileError(
        path, at: "byte \(range.lowerBound + bytes.count)", "the file was cut while it was read")
    }
    return bytes
  }

  /// Reads bytes at an offset until the buffer is full or the file ends.
  @unsafe func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(FileError) -> Int {
    do throws(SystemError) {
      return try unsafe descriptor.read(into: buffer, at: offset)
    } catch {
      throw FileError(path, at: "byte \(offset)", error.message)
    }
  }
}
