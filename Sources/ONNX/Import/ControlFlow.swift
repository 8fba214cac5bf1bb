/// Operators that hold graphs, which are resolved while tracing.
enum ControlFlow: String {
  case branch = "If"
  case loop = "Loop"
  case scan = "Scan"

  /// The kind of a node; nil for one that only computes.
  init?(_ node: ImportedNode) {
    guard node.domain.isEmpty, let kind = ControlFlow(rawValue: node.type) else { return nil }
    self = kind
  }
}
