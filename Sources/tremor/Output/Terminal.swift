import ArrayFiles
import Foundation
import Synchronization

/// What people and scripts read: results on standard output, everything else on standard error.
///
/// All of it goes through here, so no name of a file, a model or a node can command the terminal.
enum Terminal {
  /// Writes a result.
  ///
  /// - Throws: `FileError` naming standard output when it does not take the text. A reader that has gone away, as in
  ///   `tremor predict ... | head -1`, is no failure: what is left to do, such as storing results, is still done.
  static func say(_ text: String) throws { try result(text.printableText + "\n") }

  /// Writes one JSON object with its keys in order.
  ///
  /// - Throws: As ``say(_:)``.
  static func say(json value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try result(String(decoding: try encoder.encode(value), as: UTF8.self).asciiControls + "\n")
  }

  /// Writes a failure or a warning.
  static func complain(_ text: String) {
    // Nobody is left to be told that standard error takes nothing.
    _ = write("tremor: \(text.printableText)\n", to: STDERR_FILENO)
  }

  /// Writes a failure that may have several lines as one.
  static func complain(oneLine text: String) {
    let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
    complain(lines.joined(separator: " "))
  }

  /// Closes standard output, which is when some file systems say that they are full.
  ///
  /// - Throws: As ``say(_:)``.
  static func close() throws {
    guard hasResults.load(ordering: .relaxed) else { return }
    try check(Foundation.close(STDOUT_FILENO) == 0 ? 0 : errno)
  }

  /// Whether standard error is a terminal.
  static var errorsAreShownToPeople: Bool { isatty(STDERR_FILENO) == 1 }

  /// Columns of the terminal behind standard error, 80 where it does not say.
  static var columns: Int {
    var size = winsize()
    // SAFETY: the request writes one such structure, which is alive during the call.
    guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Whether the terminal understands escape codes.
  static var takesEscapeCodes: Bool {
    let kind = ProcessInfo.processInfo.environment["TERM"] ?? ""
    return !kind.isEmpty && kind != "dumb"
  }

  /// Makes writing to a reader that has gone away a failed write instead of the end of the process.
  static func surviveLostReaders() { _ = signal(SIGPIPE, SIG_IGN) }

  /// Writes text as it is.
  ///
  /// - Returns: 0, or the system's number for what keeps it from being written.
  @discardableResult static func write(_ text: String, to file: Int32) -> Int32 {
    let bytes = Array(text.utf8)
    var done = 0
    while done < bytes.count {
      // SAFETY: no more bytes are handed over than the rest of the array holds.
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Foundation.write(file, $0.baseAddress?.advanced(by: done), bytes.count - done)
      }
      if count >= 0 {
        done += count
      } else if errno == EAGAIN {
        var wanted = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
        // SAFETY: one such structure is read and written, which is alive during the call.
        _ = unsafe poll(&wanted, 1, -1)
      } else if errno != EINTR {
        return errno
      }
    }
    return 0
  }

  private static let hasResults = Atomic(false)

  private static func result(_ text: String) throws {
    hasResults.store(true, ordering: .relaxed)
    try check(write(text, to: STDOUT_FILENO))
  }

  private static func check(_ code: Int32) throws {
    guard code != 0, code != EPIPE else { return }
    // SAFETY: the system's text ends with a zero and is copied at once.
    let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "system error \(code)"
    throw FileError("standard output", "cannot be written: \(reason)")
  }
}
