extension String {
  /// The text as it may be shown on a terminal: control characters, and what turns the direction of writing or
  /// begins a line, are shown as their codes, as in `\u{1B}`.
  ///
  /// Names come out of files that others made. Printing twice changes nothing more.
  public var printable: String { escaping(\.isUnprintable) }

  /// The same for what has several lines: ends of lines and tabs stay.
  package var printableText: String { escaping { $0.isUnprintable && $0 != "\n" && $0 != "\t" } }

  private func escaping(_ isUnwanted: (Unicode.Scalar) -> Bool) -> String {
    guard unicodeScalars.contains(where: isUnwanted) else { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      guard isUnwanted(scalar) else { return text.unicodeScalars.append(scalar) }
      text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    }
  }

  /// The text of bytes that may be UTF-8: what is none is shown as its codes, as in `\xE9`.
  ///
  /// Other than `String(decoding:as:)`, this keeps apart what differs.
  public init(showing bytes: some Sequence<UInt8>) {
    var decoder = UTF8()
    var rest = Array(bytes)[...]
    var text = String.UnicodeScalarView()
    while !rest.isEmpty {
      var iterator = rest.makeIterator()
      if case .scalarValue(let scalar) = decoder.decode(&iterator) {
        text.append(scalar)
        rest = rest.dropFirst(UTF8.width(scalar))
      } else {
        let code = String(rest[rest.startIndex], radix: 16, uppercase: true)
        text.append(contentsOf: "\\x\(code)".unicodeScalars)
        rest = rest.dropFirst()
      }
      // What the decoder has looked at ahead is given to the next one again.
      decoder = UTF8()
    }
    self = String(text)
  }
}

extension Unicode.Scalar {
  /// Whether this commands a terminal or changes the order of what is read.
  package var isUnprintable: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    // Marks that turn the direction of writing, so that a name could show what it is not.
    case .format: [0x202A...0x202E, 0x2066...0x2069, 0x200E...0x200F].contains { $0.contains(value) }
    default: false
    }
  }
}
