internal import ArrayFiles

/// Replaces calls of functions that a file defines itself by their nodes.
struct FunctionInliner {
  private struct Key: Hashable { let domain, name, overload: String }

  private let functions: [Key: FunctionProto]
  private let versions: [String: Int]
  let path: String
  private let folder: ModelFolder?
  private var calls = 0
  private var count = 0
  private var bytes = 0

  /// Calls inside calls inside calls: more than any exporter nests, and few enough for the stack.
  private static let maximumDepth = 32
  /// Nodes of a graph, so that functions that call others twice do not grow without bound.
  private static let maximumCount = 200_000
  /// Bytes of names and constants that calls repeat, far more than any exporter's functions need.
  ///
  /// Every call gives the names of its nodes a beginning, so those of calls inside calls are long, and a constant of a
  /// function is there once a call.
  private static let maximumBytes = 1 << 28

  init(_ functions: [FunctionProto], versions: [String: Int], path: String, folder: ModelFolder?) {
    self.functions = Dictionary(
      functions.map {
        (Key(domain: ImportedNode.canonical($0.domain), name: $0.name, overload: $0.overload), $0)
      }
    ) { first, _ in first }
    self.versions = versions
    self.path = path
    self.folder = folder
  }

  /// The nodes with those of functions in the place of calls.
  mutating func inlined(_ nodes: [NodeProto]) throws(FileError) -> [ImportedNode] {
    try inlined(nodes, versions, depth: 0)
  }

  mutating func inlined(
    _ nodes: [NodeProto], _ versions: [String: Int], depth: Int
  ) throws(FileError) -> [ImportedNode] {
    var result: [ImportedNode] = []
    for (index, node) in nodes.enumerated() {
      count += 1
      guard count <= Self.maximumCount else { throw FileError(path, "more than \(Self.maximumCount) nodes") }
      if let function = functions[key(of: node)] {
        guard depth < Self.maximumDepth else {
          throw FileError(
            path, at: "function '\(function.name)'", "functions call each other more than \(depth) deep")
        }
        calls += 1
        try charge(node, function)
        let body = try FunctionCall(node, function, number: calls, path: path).body
        let own = ImportedNode.versions(function.opsetImport).merging(versions) { own, _ in own }
        result += try inlined(body, own, depth: depth + 1)
      } else {
        let subgraphs = try subgraphs(of: node, versions, depth: depth)
        result.append(try read(node, index, versions, subgraphs))
      }
    }
    return result
  }

  /// Counts what a call will repeat, before it does.
  private mutating func charge(_ call: NodeProto, _ function: FunctionProto) throws(FileError) {
    let prefix = FunctionCall.prefix(call, function, number: calls).utf8.count
    let given = call.attribute.reduce(into: [:]) { $0[$1.name] = $1.constantBytes }
    bytes += function.node.reduce(0) { $0 + $1.repeatedBytes(prefix: prefix, given) }
    guard bytes <= Self.maximumBytes else {
      throw FileError(
        path, at: "function '\(function.name)'",
        "its calls repeat more than \(Self.maximumBytes >> 20) MiB of names and constants; export the model without "
          + "functions, or give what is large to them as an input")
    }
  }

  private func key(of node: NodeProto) -> Key {
    Key(domain: ImportedNode.canonical(node.domain), name: node.opType, overload: node.overload)
  }

  private func read(
    _ node: NodeProto, _ index: Int, _ versions: [String: Int], _ subgraphs: [String: Subgraph]
  ) throws(FileError) -> ImportedNode {
    let name = node.name.isEmpty ? node.output.first { !$0.isEmpty } ?? "\(index)" : node.name
    do {
      guard !node.opType.isEmpty else { throw ImportError("it has no operator") }
      return try ImportedNode(node, versions: versions, folder: folder, subgraphs: subgraphs)
    } catch {
      throw FileError(path, at: "node '\(name)' (\(node.opType))", "\(error)")
    }
  }
}

/// A call of a function, and its nodes with the names and attributes of the call.
private struct FunctionCall {
  let body: [NodeProto]

  init(_ call: NodeProto, _ function: FunctionProto, number: Int, path: String) throws(FileError) {
    guard call.input.count <= function.input.count, call.output.count <= function.output.count else {
      throw FileError(
        path, at: "node '\(call.name)' (\(call.opType))",
        "the function has \(function.input.count) inputs and \(function.output.count) outputs")
    }
    var names: [String: String] = ["": ""]
    for (index, name) in function.input.enumerated() {
      names[name] = index < call.input.count ? call.input[index] : ""
    }
    // An output that is an input of the function as well is not renamed, and then found to be given by nothing.
    for (name, outer) in zip(function.output, call.output) where !outer.isEmpty && names[name] == nil {
      names[name] = outer
    }
    let prefix = Self.prefix(call, function, number: number)
    let values = Self.attributes(of: call, function)
    body = function.node.map { node in Self.renamed(node, prefix, names, values) }
  }

  /// A node of the function with the names and attributes of the call; the nodes of its subgraphs likewise.
  private static func renamed(
    _ node: NodeProto, _ prefix: String, _ names: [String: String], _ values: [String: AttributeProto]
  ) -> NodeProto {
    // A node without a name is called by its own output, before that gets a beginning as well.
    let own = node.name.isEmpty ? node.output.first ?? node.opType : node.name
    var node = node
    node.input = node.input.map { names[$0] ?? prefix + $0 }
    node.output = node.output.map { names[$0] ?? prefix + $0 }
    node.name = prefix + own
    node.attribute = node.attribute.compactMap { attribute in
      if attribute.hasG {
        var attribute = attribute
        attribute.g.rename { names[$0] ?? prefix + $0 }
        attribute.g.node = attribute.g.node.map { renamed($0, prefix, names, values) }
        return attribute
      }
      guard !attribute.refAttrName.isEmpty else { return attribute }
      guard var value = values[attribute.refAttrName] else { return nil }
      value.name = attribute.name
      return value
    }
    return node
  }

  /// What the names of a call's values begin with.
  static func prefix(_ call: NodeProto, _ function: FunctionProto, number: Int) -> String {
    (call.name.isEmpty ? function.name : call.name) + "#\(number)/"
  }

  private static func attributes(of call: NodeProto, _ function: FunctionProto) -> [String: AttributeProto] {
    let defaults = Dictionary(function.attributeProto.map { ($0.name, $0) }) { first, _ in first }
    return defaults.merging(call.attribute.map { ($0.name, $0) }) { _, given in given }
  }
}

extension NodeProto {
  /// The bytes of its names with a beginning, and of its constants, of which a call gives some.
  fileprivate func repeatedBytes(prefix: Int, _ given: [String: Int]) -> Int {
    let names = input + output + [name.isEmpty ? output.first ?? opType : name]
    let constants = attribute.reduce(0) {
      $0 + ($1.refAttrName.isEmpty ? $1.constantBytes : given[$1.refAttrName, default: 0])
    }
    let nested = attribute.reduce(0) { sum, attribute in
      sum + attribute.g.node.reduce(0) { $0 + $1.repeatedBytes(prefix: prefix, given) }
    }
    return constants + nested + names.reduce(0) { $0 + prefix + $1.utf8.count }
  }
}

extension AttributeProto {
  /// The bytes that its value takes, about.
  fileprivate var constantBytes: Int {
    t.rawData.count + 4 * (t.floatData.count + t.int32Data.count)
      + 8 * (t.int64Data.count + t.doubleData.count + t.uint64Data.count) + 4 * floats.count + 8 * ints.count
      + s.count
  }
}
