/// Something that can be chosen of an attack, declared once: command line, reports and lists read it from here.
public struct Setting: Hashable, Sendable {
  /// What it can be set to.
  public enum Kind: Hashable, Sendable {
    /// A whole number of this range.
    case count(ClosedRange<Int>)
    /// A number of this range.
    case number(ClosedRange<Double>)
    /// A length in units of pixels, as in `2/255`, or a share of the budget, as in `0.25eps`.
    case stepSize
    /// The name of a loss.
    case loss
    /// Yes or no.
    case flag
  }

  /// The name in reports.
  public let name: String
  /// The names on the command line, without dashes: the first, then those that users of other libraries know.
  public let spellings: [String]
  /// What it can be set to.
  public let kind: Kind
  /// One sentence for the help.
  public let summary: String

  /// Declares a setting.
  public init(_ name: String, _ spellings: [String], _ kind: Kind, _ summary: String) {
    self.name = name
    self.spellings = spellings
    self.kind = kind
    self.summary = summary
  }
}

extension Setting {
  /// Steps of a restart.
  public static let steps = Setting(
    "steps", ["steps", "iterations", "max-iter", "nb-iter", "num-steps"], .count(1...1_000_000),
    "Steps of a restart.")
  /// How far a step goes.
  public static let stepSize = Setting(
    "stepSize", ["alpha", "step-size", "eps-step", "eps-iter"], .stepSize,
    "How far a step goes: a size, or a share of the budget.")
  /// Whether the first image is drawn at random.
  public static let randomStart = Setting(
    "randomStart", ["random-start", "rand-init"], .flag, "Start from a random image within the budget.")
  /// What is maximised.
  public static let loss = Setting("loss", ["loss"], .loss, "What is maximised.")
  /// The share of a running sum of gradients that is kept at each step.
  public static let decay = Setting(
    "decay", ["decay", "momentum", "mu"], .number(0...1000),
    "The share of the sum of gradients that a step keeps.")

  /// What the command line takes for it.
  public var valueName: String {
    switch kind {
    case .count: "n"
    case .number: "number"
    case .stepSize: "size"
    case .loss: "loss"
    case .flag: "yes|no"
    }
  }

  /// Reads a value as the command line writes it.
  ///
  /// - Throws: ``AttackError`` of kind `usage` that says what is needed.
  public func value(parsing text: String) throws -> ParameterValue {
    switch kind {
    case .count(let range):
      if let number = Int(text), range.contains(number) { return .count(number) }
      throw refusal(text, "a whole number in \(range) is needed")
    case .number(let range):
      if let number = Double(text), range.contains(number) { return .number(number) }
      throw refusal(text, "a number in \(range) is needed")
    case .stepSize: return .step(try StepSize(parsing: text))
    case .loss: return .text(try AttackLosses.named(text).name)
    case .flag:
      if let isOn = ["yes": true, "true": true, "1": true, "no": false, "false": false, "0": false][text] {
        return .flag(isOn)
      }
      throw refusal(text, "yes or no is needed")
    }
  }

  private func refusal(_ text: String, _ need: String) -> AttackError {
    AttackError(.usage, "--\(spellings[0]) \(text): \(need)")
  }
}
