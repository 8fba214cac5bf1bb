/// What makes an attack impossible: what is wrong, where, and what to do.
public struct AttackError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kinds that callers treat apart.
  public enum Kind: Hashable, Sendable {
    /// Parameters that make no sense, or have no effect.
    case usage
    /// Images, labels or targets that do not fit.
    case data
    /// A model that is no classifier of these images.
    case model
  }

  /// Which.
  public let kind: Kind
  /// One line.
  public let message: String

  /// Makes an error.
  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
