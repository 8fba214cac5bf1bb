/// A misuse found while a graph is traced.
public struct GraphError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, naming the operation and the types it was given.
  public let message: String
  /// The caller's place, or nil for a graph that was not traced from code.
  public let location: SourceLocation?

  init(_ message: String, at location: SourceLocation? = nil) {
    self.message = message
    self.location = location
  }

  /// The place and the message on one line.
  public var description: String { location.map { "\($0): \(message)" } ?? message }
}

/// Why an operation refuses its inputs; the builder adds the operation, the types and the place.
public struct TypeMismatch: Error, Hashable, Sendable {
  /// What the operation expects, as in "the inner extents must agree".
  public let reason: String

  /// Makes a refusal with this reason.
  public init(_ reason: String) { self.reason = reason }
}
