import Foundation

/// What people and scripts read: results on standard output, everything else on standard error.
enum Terminal {
  /// Writes a result.
  static func say(_ text: String) { write(text + "\n", to: .standardOutput) }

  /// Writes a failure or a warning.
  static func complain(_ text: String) { write("tremor: \(text)\n", to: .standardError) }

  /// Writes a failure that may have several lines as one.
  static func complain(oneLine text: String) {
    let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
    complain(lines.joined(separator: " "))
  }

  /// Writes one JSON object with its keys in order.
  static func say(json value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    say(String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  /// Whether standard error is a terminal.
  static var errorsAreShownToPeople: Bool { isatty(FileHandle.standardError.fileDescriptor) == 1 }

  /// Makes writing to a reader that has gone away a failed write instead of the end of the process.
  ///
  /// As in `tremor predict ... | head -1`: what is left to do, such as storing results, is still done.
  static func surviveLostReaders() { _ = signal(SIGPIPE, SIG_IGN) }

  /// Writes text as it is.
  static func write(_ text: String, to file: FileHandle) {
    // A reader that has gone away is no failure of the command.
    try? file.write(contentsOf: Data(text.utf8))
  }
}
