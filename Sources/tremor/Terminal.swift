import Foundation

/// What people and scripts read: results on standard output, everything else on standard error.
enum Terminal {
  /// Writes a result.
  static func say(_ text: String) { write(text + "\n", to: .standardOutput) }

  /// Writes a failure or a warning.
  static func complain(_ text: String) { write("tremor: \(text)\n", to: .standardError) }

  /// Writes one JSON object with its keys in order.
  static func say(json value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    say(String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  private static func write(_ text: String, to file: FileHandle) {
    // A reader that has gone away is no failure of the command.
    try? file.write(contentsOf: Data(text.utf8))
  }
}
