public import Compute

/// How the first value of a parameter is made.
public enum Initializer: Hashable, Sendable, Codable {
  /// Every element the same.
  case constant(Double)
}
