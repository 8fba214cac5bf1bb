/// The value of a parameter of an attack, as reports show it.
public enum ParameterValue: Hashable, Sendable {
  /// A word.
  case text(String)
  /// A whole number.
  case count(Int)
  /// A number.
  case number(Double)
  /// Yes or no.
  case flag(Bool)
  /// A size in units of pixels.
  case ratio(Ratio)
  /// How far a step goes.
  case step(StepSize)
}

extension ParameterValue: Encodable {
  /// Saves the bare value.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let text): try container.encode(text)
    case .count(let count): try container.encode(count)
    case .number(let number): try container.encode(number)
    case .flag(let flag): try container.encode(flag)
    case .ratio(let ratio): try container.encode(ratio)
    case .step(let size): try container.encode(size.description)
    }
  }
}

extension ParameterValue: CustomStringConvertible {
  /// The value as it is written on the command line.
  public var description: String {
    switch self {
    case .text(let text): text
    case .count(let count): "\(count)"
    case .number(let number): "\(number)"
    case .flag(let flag): "\(flag)"
    case .ratio(let ratio): "\(ratio)"
    case .step(let size): size.description
    }
  }
}
