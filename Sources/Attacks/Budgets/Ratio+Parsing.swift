extension Ratio {
  /// Reads "8/255", "0.03", "1e-3" or "0".
  ///
  /// - Throws: ``AttackError`` of kind `usage` for anything else: signs, words such as "inf", a denominator
  ///   of 0, and numbers that a double cannot tell from 0 or infinity.
  public init(parsing text: String) throws {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2 else { throw Ratio.refusal(text, "it has more than one '/'") }
    let numbers = try parts.map { try Ratio.number($0, in: text) }
    let denominator = numbers.count == 2 ? numbers[1] : 1
    guard denominator > 0 else { throw Ratio.refusal(text, "the denominator is 0") }
    let quotient = numbers[0] / denominator
    guard quotient.isFinite, quotient > 0 || numbers[0] == 0 else {
      throw Ratio.refusal(text, "the quotient is out of range")
    }
    self.init(numbers[0], over: denominator)
  }

  private static func number(_ part: Substring, in text: String) throws -> Double {
    if part.first == "-" { throw refusal(text, "it is negative") }
    guard let first = part.first, first.isDigit || first == ".", part.allSatisfy({ $0.isPartOfDecimal }),
      let number = Double(part)
    else { throw refusal(text, "'\(part)' is not a decimal number") }
    let digits = part.prefix { $0 != "e" && $0 != "E" }
    guard number.isFinite, number > 0 || !digits.contains(where: { ("1"..."9").contains($0) }) else {
      throw refusal(text, "'\(part)' is out of range")
    }
    return number
  }

  private static func refusal(_ text: String, _ reason: String) -> AttackError {
    AttackError(
      .usage, "'\(text)' is not a size: \(reason); write a number that is 0 or more, such as 8/255 or 0.03")
  }
}

extension Character {
  fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
  fileprivate var isPartOfDecimal: Bool { isDigit || [".", "e", "E", "+", "-"].contains(self) }
}

extension Ratio: Codable {
  private enum CodingKeys: String, CodingKey { case text, value }

  /// Reads the text; the value is there for other readers.
  ///
  /// - Throws: ``AttackError`` for a text that is no ratio.
  public init(from decoder: any Decoder) throws {
    try self.init(parsing: decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .text))
  }

  /// Saves the text and the value.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(description, forKey: .text)
    try container.encode(value, forKey: .value)
  }
}
