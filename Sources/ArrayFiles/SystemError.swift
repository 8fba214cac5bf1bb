#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Why the system did not do what it was asked for.
struct SystemError: Error {
  /// The system's number for it.
  let code: Int32

  /// Takes down why the last call of the system failed.
  init() { code = errno }

  /// Names a reason that was found here.
  init(code: Int32) { self.code = code }

  /// Whether there is no such file or folder.
  var isMissing: Bool { code == ENOENT || code == ENOTDIR }

  /// Whether a new file already exists.
  var isTaken: Bool { code == EEXIST }

  /// The reason in words.
  var message: String {
    switch code {
    case ENOENT, ENOTDIR: "there is no such file"
    case EACCES, EPERM: "permission denied"
    case ENXIO: "is not a regular file"
    case EISDIR: "is a folder, not a file"
    case ENOSPC: "no space left on the device"
    case ENAMETOOLONG: "the name is too long"
    case EMFILE: "too many files are open in this process; allow more with 'ulimit -n'"
    case ENFILE: "too many files are open on this machine"
    // SAFETY: the system's text ends with a zero and is copied at once.
    default: unsafe strerror(code).map { unsafe String(cString: $0) } ?? "system error \(code)"
    }
  }
}
