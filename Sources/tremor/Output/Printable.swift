extension String {
  /// The text without characters that command a terminal or change the order of what is read.
  ///
  /// These are written as their numbers, as in `\u{1b}`. Ends of lines and tabs stay.
  var printable: String { escaping { $0.isCommand && $0 != "\n" && $0 != "\t" } }

  /// The same for what stands in one line: ends of lines and tabs are written as their numbers too.
  var printableLine: String { escaping(\.isCommand) }

  /// JSON whose strings hold no control characters: the encoder leaves those beyond ASCII as they are.
  var asciiControls: String {
    guard unicodeScalars.contains(where: { $0.isCommand && $0.value >= 0x7F }) else { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      guard scalar.isCommand, scalar.value >= 0x7F else { return text.unicodeScalars.append(scalar) }
      let digits = String(scalar.value, radix: 16)
      text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }

  private func escaping(_ isUnwanted: (Unicode.Scalar) -> Bool) -> String {
    guard unicodeScalars.contains(where: isUnwanted) else { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      guard isUnwanted(scalar) else { return text.unicodeScalars.append(scalar) }
      text += "\\u{\(String(scalar.value, radix: 16))}"
    }
  }
}

extension Unicode.Scalar {
  /// Control characters, separators of lines and paragraphs, and marks that reverse the direction of text.
  fileprivate var isCommand: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
