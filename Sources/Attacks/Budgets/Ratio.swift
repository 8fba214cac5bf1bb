/// A number that is 0 or more, kept as it was written: `8/255` stays 8 over 255.
///
/// Budgets and step sizes are ratios, in units of pixels of 0...1, so that what is printed is what was asked
/// for.
///
///     let radius: Ratio = 8 / 255
public struct Ratio: Hashable, Sendable {
  /// What is divided.
  public let numerator: Double
  /// What it is divided by, more than 0.
  public let denominator: Double

  /// The quotient, rounded once.
  public var value: Double { numerator / denominator }

  /// Makes a ratio.
  ///
  /// Numbers come from anywhere, so one that is no size, as -1 or 1 over 0, is not the end of the program: whoever uses
  /// it as a budget or a step size is told; see ``isSize``.
  public init(_ numerator: Double, over denominator: Double = 1) {
    self.numerator = numerator == 0 ? 0 : numerator
    self.denominator = denominator
  }

  /// Whether it is a size: `numerator` is finite and 0 or more, `denominator` finite and more than 0, and the quotient is
  /// finite.
  public var isSize: Bool { numerator >= 0 && denominator > 0 && denominator.isFinite && value.isFinite }

  /// Throws unless it is a size.
  ///
  /// - Parameter name: What it is, as in "budget".
  /// - Throws: ``AttackError`` of kind `usage`.
  func requireSize(_ name: String) throws(AttackError) {
    guard isSize else {
      throw AttackError(.usage, "the \(name) \(self) is not a size; give a number that is 0 or more")
    }
  }

  /// This ratio times a number.
  func scaled(by factor: Double) -> Ratio { Ratio(numerator * factor, over: denominator) }

  /// The ratio of two; a denominator of 1 leaves no trace.
  public static func / (a: Ratio, b: Ratio) -> Ratio {
    Ratio(a.numerator * b.denominator, over: a.denominator * b.numerator)
  }
}

extension Ratio: Comparable {
  /// Whether the value of `a` is smaller.
  public static func < (a: Ratio, b: Ratio) -> Bool { a.value < b.value }
}

extension Ratio: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
  /// A whole number.
  public init(integerLiteral value: Int) { self.init(Double(value)) }
  /// A decimal number.
  public init(floatLiteral value: Double) { self.init(value) }
}

extension Ratio: CustomStringConvertible {
  /// The text it can be read from, as in "8/255" or "0.03".
  public var description: String {
    let top = Ratio.text(numerator)
    return denominator == 1 ? top : "\(top)/\(Ratio.text(denominator))"
  }

  private static func text(_ number: Double) -> String {
    Int(exactly: number).map { String($0) } ?? "\(number)"
  }
}
