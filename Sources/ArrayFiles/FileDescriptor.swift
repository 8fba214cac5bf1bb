#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An open file of the system, closed when nothing refers to it any more.
final class FileDescriptor: Sendable {
  private let number: Int32

  private init(_ number: Int32) { self.number = number }

  deinit { _ = close(number) }

  /// What is known about a file.
  struct Status {
    /// Whether it is a file with contents of its own: no folder, pipe or device.
    let isRegular: Bool
    /// Whether it is a folder.
    let isFolder: Bool
    /// Its length in bytes.
    let size: Int
    /// Who may read and write it.
    let permissions: mode_t
  }

  /// Opens a file, never waiting for the other end of a pipe.
  ///
  /// - Throws: ``SystemError`` with what the system says.
  static func opened(_ path: String, flags: Int32, mode: mode_t = 0) throws(SystemError) -> FileDescriptor {
    try opened(RawPath(path), flags: flags, mode: mode)
  }

  /// Opens a file, never waiting for the other end of a pipe.
  ///
  /// - Throws: ``SystemError`` with what the system says.
  static func opened(_ path: RawPath, flags: Int32, mode: mode_t = 0) throws(SystemError) -> FileDescriptor {
    // SAFETY: the path ends with a zero and is alive during the call.
    let number = unsafe open(path.terminated, flags | O_CLOEXEC | O_NONBLOCK, mode)
    guard number >= 0 else { throw SystemError() }
    return FileDescriptor(number)
  }

  /// What the system knows about the file.
  func status() throws(SystemError) -> Status {
    var info = stat()
    // SAFETY: writes one structure, which is alive during the call.
    guard unsafe fstat(number, &info) == 0 else { throw SystemError() }
    return Status(info)
  }

  /// What the system knows about the file of this name; links are followed.
  static func status(of path: String) throws(SystemError) -> Status { try status(of: RawPath(path)) }

  /// What the system knows about the file of this name; links are followed.
  static func status(of path: RawPath) throws(SystemError) -> Status {
    var info = stat()
    // SAFETY: the path ends with a zero; writes one structure, which is alive during the call.
    guard unsafe stat(path.terminated, &info) == 0 else { throw SystemError() }
    return Status(info)
  }

  /// Waits until everything written has reached the device.
  func flush() throws(SystemError) {
    // Some file systems cannot; they are no reason to lose the file.
    guard fsync(number) == 0 || errno == EINVAL || errno == ENOTSUP else { throw SystemError() }
  }

  /// Gives the file these permissions.
  func change(permissions: mode_t) throws(SystemError) {
    guard fchmod(number, permissions) == 0 else { throw SystemError() }
  }

  /// Reads bytes at an offset until the buffer is full or the file ends.
  ///
  /// - Returns: The number of bytes read.
  @unsafe func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(SystemError) -> Int {
    var done = 0
    while done < buffer.count {
      // SAFETY: no more bytes are asked for than the rest of the buffer holds.
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let count = unsafe pread(
        number, rest.baseAddress, min(rest.count, FileDescriptor.portion), off_t(offset + done))
      if count == 0 { break }
      if count < 0 {
        guard errno == EINTR else { throw SystemError() }
      } else {
        done += count
      }
    }
    return done
  }

  /// Writes bytes at an offset.
  @unsafe func write(_ buffer: UnsafeRawBufferPointer, at offset: Int) throws(SystemError) {
    var done = 0
    while done < buffer.count {
      // SAFETY: no more bytes are handed over than the rest of the buffer holds.
      let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
      let count = unsafe pwrite(
        number, rest.baseAddress, min(rest.count, FileDescriptor.portion), off_t(offset + done))
      if count < 0 {
        guard errno == EINTR else { throw SystemError() }
      } else {
        done += count
      }
    }
  }

  /// The most bytes handed to the system at once; some systems refuse 2³¹ and more.
  private static let portion = 1 << 30
}

extension FileDescriptor.Status {
  fileprivate init(_ info: stat) {
    let kind = info.st_mode & S_IFMT
    isRegular = kind == S_IFREG
    isFolder = kind == S_IFDIR
    size = Int(info.st_size)
    permissions = info.st_mode & 0o7777
  }
}
