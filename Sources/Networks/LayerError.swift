/// A layer that does not fit what it is given, found while a network is traced.
public struct LayerError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The layer's or parameter's place in the network, as in "layer1.0.conv1"; empty at the root.
  public let path: String
  /// What does not fit, and what would.
  public let reason: String

  /// Makes an error.
  public init(_ path: String, _ reason: String) {
    self.path = path
    self.reason = reason
  }

  /// The place and the reason on one line.
  public var description: String { path.isEmpty ? reason : "\(path): \(reason)" }
}
