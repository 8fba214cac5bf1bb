/// A law that does not hold, and where.
public struct BrokenLaw: Error, CustomStringConvertible {
  /// What was expected and what was found.
  public let description: String

  init(_ description: String) { self.description = description }
}

/// Throws unless `condition` holds.
func require(_ condition: Bool, _ failure: @autoclosure () -> String) throws {
  if !condition { throw BrokenLaw(failure()) }
}
