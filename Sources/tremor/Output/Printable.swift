import ArrayFiles

extension String {
  /// JSON whose strings hold no control characters: the encoder leaves those beyond ASCII as they are.
  var asciiControls: String {
    guard unicodeScalars.contains(where: { $0.isUnprintable && $0.value >= 0x7F }) else { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      guard scalar.isUnprintable, scalar.value >= 0x7F else { return text.unicodeScalars.append(scalar) }
      let digits = String(scalar.value, radix: 16)
      text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }
}
