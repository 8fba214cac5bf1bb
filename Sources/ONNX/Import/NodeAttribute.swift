import ArrayFiles

/// The value of an attribute of a node.
enum NodeAttribute: Hashable, Sendable {
  case integer(Int64)
  case float(Float)
  case string(String)
  case tensor(StoredArray)
  case integers([Int64])
  case floats([Float])
  case strings([String])
  /// A subgraph, a sparse tensor or a type, which no supported operator takes.
  case unsupported(String)
}
