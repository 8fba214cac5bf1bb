/// The index of a node in its graph; inputs always have smaller indices.
public typealias NodeID = Int

/// Why the value of a graph input differs between runs.
public enum InputRole: String, Hashable, Sendable, Codable {
  /// Given anew for every run: images, labels, seeds.
  case argument
  /// Kept on the device between runs: weights.
  case parameter
}

/// What a node computes.
public enum NodeKind: Sendable {
  /// A value from outside.
  case input(name: String, role: InputRole)
  /// A value known while tracing.
  case constant(Constant)
  /// An operation on the inputs.
  case operation(any Operation)
  /// Repeated application of a body; see ``Loop``.
  case loop(Loop)
  /// Result `index` of the only input, which has several; result 0 is the node itself.
  case result(index: Int)
}

/// One step of a graph.
public struct Node: Sendable {
  /// What is computed.
  public let kind: NodeKind
  /// The nodes whose values it takes.
  public let inputs: [NodeID]
  /// The types of the results; the node itself stands for the first.
  public let types: [TensorType]
  /// Where the caller built it; no part of the graph's value.
  public let location: SourceLocation?

  /// The type of the first result.
  public var type: TensorType { types[0] }
}

extension NodeKind: Hashable {
  /// Whether both compute the same from the same inputs.
  public static func == (a: NodeKind, b: NodeKind) -> Bool {
    switch (a, b) {
    case (.input(let x, let p), .input(let y, let q)): x == y && p == q
    case (.constant(let x), .constant(let y)): x == y
    case (.operation(let x), .operation(let y)): x.isEqual(y)
    case (.loop(let x), .loop(let y)): x == y
    case (.result(let x), .result(let y)): x == y
    default: false
    }
  }

  /// Feeds what distinguishes this kind to `hasher`.
  public func hash(into hasher: inout Hasher) {
    switch self {
    case .input(let name, _): hasher.combine(name)
    case .constant(let constant): hasher.combine(constant)
    case .operation(let operation): hasher.combine(operation)
    case .loop(let loop): hasher.combine(loop)
    case .result(let index): hasher.combine(index)
    }
  }
}

extension Node: Hashable {
  /// Whether both compute the same; where they were built does not matter.
  public static func == (a: Node, b: Node) -> Bool {
    a.inputs == b.inputs && a.types == b.types && a.kind == b.kind
  }

  /// Feeds what distinguishes this node to `hasher`.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(inputs)
    hasher.combine(kind)
  }
}

/// A body applied a fixed number of times to carried values, on the device.
///
/// The node's inputs are the first values of the carried ones, then the captured values. The body's
/// inputs are the iteration number (a scalar `int32` from 0), the carried values and the captured
/// values; its outputs are the next carried values. The node's results are the last carried values.
public struct Loop: Hashable, Sendable, Codable {
  /// How often the body is applied.
  public let count: Int
  /// How many values are carried.
  public let carried: Int
  /// The body.
  public let body: Graph
}
