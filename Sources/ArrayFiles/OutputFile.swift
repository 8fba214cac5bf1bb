#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that appears whole or not at all.
///
/// Making one proves that it can be written, before the work whose result it is to hold: a temporary file is
/// made beside it, and ``commit()`` gives that one the name. Without, the temporary file is removed and what
/// was there before stays.
public struct OutputFile: ~Copyable {
  /// The file, as the user named it.
  public let path: String
  /// Bytes written so far.
  public private(set) var size = 0
  /// The file behind all links.
  private let target: String
  private let temporary: String
  private let descriptor: FileDescriptor

  /// Opens a file for writing.
  ///
  /// - Throws: ``FileError`` if the folder is missing or may not be written, or if the name is that of a
  ///   folder, a device or a file that may not be written.
  public init(_ path: String) throws(FileError) {
    (target, temporary, descriptor) = try OutputFile.opened(path)
    self.path = path
  }

  deinit {
    // After a commit no file has this name any more.
    UnfinishedFiles.remove(temporary)
  }

  /// Appends bytes, straight from the array's memory.
  ///
  /// - Throws: ``FileError`` if the device is full or fails.
  public mutating func write(_ bytes: [UInt8]) throws(FileError) {
    try write(bytes, at: size)
    size += bytes.count
  }

  /// Appends text as UTF-8.
  ///
  /// - Throws: ``FileError`` if the device is full or fails.
  public mutating func write(_ text: String) throws(FileError) { try write(Array(text.utf8)) }

  /// Replaces bytes that were written before.
  mutating func write(_ bytes: [UInt8], at offset: Int) throws(FileError) {
    // SAFETY: the bytes are alive during the call.
    let failure = unsafe bytes.withUnsafeBytes { buffer -> SystemError? in
      do throws(SystemError) {
        try unsafe descriptor.write(buffer, at: offset)
        return nil
      } catch {
        return error
      }
    }
    if let failure { throw FileError(path, at: "byte \(offset)", "cannot be written: \(failure.message)") }
  }

  /// Gives the file its name; whatever had that name before is replaced.
  ///
  /// - Throws: ``FileError`` if the device is full or the system refuses.
  public consuming func commit() throws(FileError) {
    do throws(SystemError) {
      try descriptor.flush()
      // SAFETY: both names are strings that end with a zero, alive during the call.
      guard unsafe rename(temporary, target) == 0 else { throw SystemError() }
    } catch {
      throw FileError(path, "cannot be written: \(error.message)")
    }
  }
}

extension OutputFile {
  /// Makes the temporary file of a target.
  private static func opened(
    _ path: String
  ) throws(FileError) -> (target: String, temporary: String, FileDescriptor) {
    do throws(SystemError) {
      let target = try resolved(path)
      let permissions = try permissions(of: target)
      let (temporary, descriptor) = try UnfinishedFiles.adding { () throws(SystemError) in
        try temporaryFile(beside: target)
      }
      do throws(SystemError) {
        if let permissions { try descriptor.change(permissions: permissions) }
      } catch {
        UnfinishedFiles.remove(temporary)
        throw error
      }
      return (target, temporary, descriptor)
    } catch {
      throw FileError(
        path, "cannot be written: \(error.isMissing ? "there is no such folder" : error.message)")
    }
  }

  /// The name of the file behind all links; the name itself if there is no such file yet.
  private static func resolved(_ path: String) throws(SystemError) -> String {
    // SAFETY: the path ends with a zero; the result does too, and is released after it was copied.
    guard let name = unsafe realpath(path, nil) else {
      let error = SystemError()
      guard error.isMissing else { throw error }
      return path
    }
    defer { unsafe free(name) }
    return unsafe String(cString: name)
  }

  /// The permissions of the file that is there; nil if there is none.
  private static func permissions(of target: String) throws(SystemError) -> mode_t? {
    let status: FileDescriptor.Status
    do throws(SystemError) {
      status = try FileDescriptor.status(of: target)
    } catch {
      guard error.isMissing else { throw error }
      return nil
    }
    guard !status.isFolder else { throw SystemError(code: EISDIR) }
    // Replacing a device or a pipe by a file is never what was meant.
    guard status.isRegular else { throw SystemError(code: ENXIO) }
    // SAFETY: the name is a string that ends with a zero, alive during the call.
    guard unsafe access(target, W_OK) == 0 else { throw SystemError() }
    return status.permissions
  }

  /// Makes a new file whose name no other file has, in the folder of the target.
  private static func temporaryFile(
    beside target: String
  ) throws(SystemError) -> (name: String, FileDescriptor) {
    let end = target.lastIndex(of: "/").map(target.index(after:)) ?? target.startIndex
    guard end < target.endIndex else { throw SystemError(code: EISDIR) }
    for _ in 0..<100 {
      let mark = String(UInt32.random(in: .min ... .max), radix: 36)
      // A long name is cut, so that the temporary one is not too long where the other is not.
      let name = "\(target[..<end]).\(String(target[end...].utf8.prefix(200)) ?? "output").\(mark).tmp"
      do throws(SystemError) {
        return (name, try FileDescriptor.opened(name, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o666))
      } catch {
        guard error.isTaken else { throw error }
      }
    }
    throw SystemError(code: EEXIST)
  }
}
