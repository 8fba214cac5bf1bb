internal import ArrayFiles

/// A node of a model's graph after it was read and checked.
struct ImportedNode: Sendable {
  /// The name in the file, or that of the first output where it has none.
  let name: String
  /// The operator's name.
  let type: String
  /// The operator's domain; empty for that of ONNX itself.
  let domain: String
  /// The version of the operator's domain, 0 where the file does not say.
  let version: Int
  /// The names of the values it takes; empty for one that was left out.
  var inputs: [String]
  /// The names of the values it gives; empty for one that nobody wants.
  let outputs: [String]
  var attributes: [String: NodeAttribute]
  /// The graphs that attributes hold: branches and bodies of control flow.
  var subgraphs: [String: Subgraph]

  /// The names of the values that must be there before the node: inputs, and what its subgraphs read from outside.
  var dependencies: [String] {
    subgraphs.isEmpty
      ? inputs : inputs + subgraphs.sorted { $0.key < $1.key }.flatMap(\.value.captures)
  }

  /// The node as errors name it.
  var place: String { "node '\(name)' (\(qualifiedType), opset \(version))" }

  /// The operator with its domain, unless that is ONNX's own.
  var qualifiedType: String { domain.isEmpty ? type : domain + "." + type }

  /// Why the node cannot be translated whatever it is given, or nil.
  var obstacle: String? {
    if ControlFlow(self) != nil { return nil }
    let unsupported = attributes.compactMap { name, value in
      if case .unsupported(let what) = value { (name, what) } else { nil }
    }
    if let (name, what) = unsupported.min(by: { $0.0 < $1.0 }) { return "attribute '\(name)' is \(what)" }
    guard Operator.named(type, domain: domain) != nil else {
      return Operator.advice(type, domain: domain)
    }
    let first = domain.isEmpty ? Operator.firstVersions[type] ?? 1 : 0
    if version < first { return "before operator set \(first) it has another meaning" }
    return OperatorSignature.obstacle(to: self)
  }
}

extension ImportedNode {
  /// Reads a node.
  ///
  /// - Parameters:
  ///   - versions: The version of each domain's operators.
  ///   - subgraphs: The graphs that its attributes hold, by the attributes' names.
  init(
    _ proto: NodeProto, versions: [String: Int], folder: ModelFolder?, subgraphs: [String: Subgraph] = [:]
  ) throws {
    name = proto.name.isEmpty ? proto.output.first { !$0.isEmpty } ?? "" : proto.name
    type = proto.opType
    domain = Self.canonical(proto.domain)
    version = versions[domain] ?? 0
    inputs = proto.input
    outputs = proto.output
    var attributes: [String: NodeAttribute] = [:]
    for attribute in proto.attribute where subgraphs[attribute.name] == nil {
      let value = try NodeAttribute(attribute, folder: folder)
      guard attributes.updateValue(value, forKey: attribute.name) == nil else {
        throw ImportError("attribute '\(attribute.name)' is given twice")
      }
    }
    self.attributes = attributes
    self.subgraphs = subgraphs
  }

  /// A domain with the second name of ONNX's own replaced.
  static func canonical(_ domain: String) -> String { domain == "ai.onnx" ? "" : domain }
}
