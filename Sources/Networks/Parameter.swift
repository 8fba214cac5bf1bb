public import Compute

/// A named value that a network keeps between runs.
public struct Parameter: Hashable, Sendable {
  /// What a parameter is for.
  public enum Role: String, Hashable, Sendable, Codable {
    /// Changed by training along its gradient.
    case weight
    /// Measured while training, as the running mean of a batch normalisation.
    case statistic
    /// Fixed: a number of the network's own, such as one that its input is normalised with.
    case constant
  }

  /// The name, unique in its model, as in "stage1.block0.first.weight".
  public let name: String
  /// What it is for.
  public let role: Role
  /// The elements.
  public var value: HostArray

  /// Makes a parameter.
  public init(_ name: String, role: Role = .weight, _ value: HostArray) {
    self.name = name
    self.role = role
    self.value = value
  }
}
