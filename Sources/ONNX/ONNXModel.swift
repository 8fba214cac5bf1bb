internal import ArrayFiles

/// A network in an ONNX file, read and checked: every name is defined once, every size fits, every number is finite.
///
///     let file = try ONNXModel(contentsOf: "resnet.onnx")
///     let model = try file.model()
///
/// Operator sets 7 to 28 are understood, and of older ones the operators whose meaning is the same. Functions that the file defines
/// itself are replaced by their nodes, and control flow by the branch that is taken and by as many bodies as there are passes.
public struct ONNXModel: Sendable {
  /// The file, as the user named it.
  public let path: String
  /// The version of the file format.
  public let irVersion: Int
  /// The version of ONNX's own operators.
  public let opset: Int
  /// The program that wrote the file, with its version; empty where it does not say.
  public let producer: String
  /// What the model takes, in order.
  public var inputs: [Port] { graph.inputs }
  /// What the model gives, in order.
  public var outputs: [Port] { graph.outputs }

  let graph: ImportedGraph

  /// The operator sets of which files are read.
  public static let opsets = 1...28
}

extension ONNXModel {
  /// A node as the file has it.
  public struct Node: Hashable, Sendable {
    /// The name, or that of the first output where it has none.
    public let name: String
    /// The operator, with its domain unless that is ONNX's own.
    public let type: String
    /// The names of the values it takes; empty for one that was left out.
    public let inputs: [String]
    /// The names of the values it gives; empty for one that nobody wants.
    public let outputs: [String]
  }

  /// The nodes in an order in which they can be computed.
  public var nodes: [Node] {
    graph.nodes.map { Node(name: $0.name, type: $0.qualifiedType, inputs: $0.inputs, outputs: $0.outputs) }
  }

  /// How many nodes apply each operator.
  public var operators: [String: Int] {
    graph.nodes.reduce(into: [:]) { $0[$1.qualifiedType, default: 0] += 1 }
  }

  /// The number of floating-point numbers that are stored.
  public var parameterCount: Int {
    graph.initializers.values.reduce(0) { $0 + ($1.element.isFloating ? $1.count : 0) }
  }

  /// The nodes that cannot be translated, whatever shapes they are given: all of them, before anything runs.
  public var unsupported: [UnsupportedNode] {
    graph.nodes.flatMap(\.certain).compactMap { node in
      node.obstacle.map {
        UnsupportedNode(
          name: node.name, type: node.type, domain: node.domain, opset: node.version, reason: $0)
      }
    }
  }
}
