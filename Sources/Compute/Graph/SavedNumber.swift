/// A number as saved graphs hold it: JSON has no infinities and no NaN, and equality of graphs is equality of bits.
struct SavedNumber: Hashable, Codable {
  private let bits: UInt64

  init(_ value: Double) { bits = value.bitPattern }

  var value: Double { Double(bitPattern: bits) }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Double.self) {
      self.init(value)
      return
    }
    guard let value = Double(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "this is not a number")
    }
    self.init(value)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    // A string keeps what JSON numbers may lose: the sign of zero, infinities and NaN.
    if value.isFinite, value != 0 || value.sign == .plus {
      try container.encode(value)
    } else {
      try container.encode(value.description)
    }
  }
}
