/// A node that cannot be translated.
public struct UnsupportedNode: Hashable, Sendable, CustomStringConvertible {
  /// The name, or that of the first output where it has none.
  public let name: String
  /// The operator's name.
  public let type: String
  /// The operator's domain; empty for ONNX's own.
  public let domain: String
  /// The version of the domain that the file asks for.
  public let opset: Int
  /// Why.
  public let reason: String

  /// Name, operator, version and reason.
  public var description: String {
    "node '\(name)' (\(domain.isEmpty ? "" : domain + ".")\(type), opset \(opset)): \(reason)"
  }
}
