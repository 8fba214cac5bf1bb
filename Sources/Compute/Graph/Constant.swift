/// A value known while tracing.
public enum Constant: Sendable {
  /// Every element is this number.
  case splat(Double, TensorType)
  /// The elements one by one.
  case elements(HostArray)

  /// The type of the value.
  public var type: TensorType {
    switch self {
    case .splat(_, let type): type
    case .elements(let array): array.type
    }
  }
}

extension Constant: Hashable {
  /// Whether both have the same type and the same bits; zeros of different sign differ and NaN equals itself.
  public static func == (a: Constant, b: Constant) -> Bool {
    switch (a, b) {
    case (.splat(let x, let s), .splat(let y, let t)): x.bitPattern == y.bitPattern && s == t
    case (.elements(let x), .elements(let y)): x == y
    default: false
    }
  }

  /// Feeds the type and the bits to `hasher`.
  public func hash(into hasher: inout Hasher) {
    switch self {
    case .splat(let value, let type):
      hasher.combine(value.bitPattern)
      hasher.combine(type)
    case .elements(let array): hasher.combine(array)
    }
  }
}

extension Constant: Codable {
  private enum CodingKeys: String, CodingKey { case splat, type, elements }

  /// Reads a saved constant.
  ///
  /// - Throws: `DecodingError` when the number is none that the element type has.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let array = try container.decodeIfPresent(HostArray.self, forKey: .elements) {
      self = .elements(array)
      return
    }
    let type = try container.decode(TensorType.self, forKey: .type)
    let value = try container.decode(SavedNumber.self, forKey: .splat).value
    guard type.element.holds(value) else {
      throw DecodingError.dataCorruptedError(
        forKey: .splat, in: container, debugDescription: "\(type.element) has no value \(value)")
    }
    self = .splat(value, type)
  }

  /// Saves the constant.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .splat(let value, let type):
      try container.encode(SavedNumber(value), forKey: .splat)
      try container.encode(type, forKey: .type)
    case .elements(let array): try container.encode(array, forKey: .elements)
    }
  }
}
