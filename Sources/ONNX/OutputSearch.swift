internal import ArrayFiles
internal import Compute
internal import Networks

/// Finds the output of a file that gives the logits.
struct OutputSearch {
  private let file: ONNXModel

  init(_ file: ONNXModel) { self.file = file }

  /// The output that is meant.
  ///
  /// - Parameter choice: A name or a number; nil for the only one that can be logits.
  /// - Throws: `FileError` that lists all outputs where none or several are meant.
  func chosen(_ choice: String?) throws -> ONNXModel.Port {
    if let choice {
      if let named = file.outputs.first(where: { $0.name == choice }) { return named }
      if let index = Int(choice), file.outputs.indices.contains(index) { return file.outputs[index] }
      throw FileError(file.path, "there is no output '\(choice)'; the outputs are \(list(file.outputs))")
    }
    if file.outputs.count == 1 { return file.outputs[0] }
    let forms = file.outputs.map { form(of: $0) }
    for form in [LogitForm.scores, .single] {
      let candidates = zip(file.outputs, forms).filter { $0.1 == form }.map(\.0)
      if candidates.count == 1 { return candidates[0] }
      guard candidates.count > 1 else { continue }
      throw FileError(
        file.path,
        "\(candidates.count) outputs could be the logits: \(list(candidates)); say which one is meant (--model-output with its "
          + "name or number)")
    }
    throw FileError(
      file.path,
      "scores float32[N, classes] are needed, and none of the outputs can be that: \(list(file.outputs))")
  }

  private func list(_ ports: [ONNXModel.Port]) -> String {
    ports.map { port in
      let number = file.outputs.firstIndex(of: port).map { "\($0) " } ?? ""
      return "\(number)'\(port.name)' \(type(of: port))"
    }.joined(separator: ", ")
  }

  /// The type as people read it: as declared, or where the file declares none, as found.
  private func type(of port: ONNXModel.Port) -> String {
    guard port.extents?.allSatisfy({ $0 != .unknown }) != true, let found = found(port) else {
      return "\(port)"
    }
    let extents = found.enumerated().map {
      $0.offset == 0 && isOpen ? "N" : $0.element.map(String.init) ?? "?"
    }
    return "\(port.element.rawValue)[\(extents.joined(separator: ", "))]"
  }

  private var isOpen: Bool { file.inputs.first?.extents?.first?.count == nil }

  /// What an output could be.
  func form(of port: ONNXModel.Port) -> LogitForm {
    guard port.element.isFloating else { return .other }
    let declared = port.extents.map { $0.map(\.count) }
    let extents = declared?.dropFirst().allSatisfy { $0 != nil } == true ? declared : found(port) ?? declared
    guard var extents else { return .scores }
    // An output of one sample may lack the axis that counts it.
    let isWithoutSamples = !isOpen && file.inputs[0].extents?.first?.count == 1 && extents.count <= 1
    if !isWithoutSamples, !extents.isEmpty { extents.removeFirst() }
    let wide = extents.filter { $0 != 1 }
    return wide.count > 1 ? .other : wide.isEmpty ? .single : .scores
  }

  /// The extents that are found where the output is computed.
  private func found(_ port: ONNXModel.Port) -> [Int?]? {
    let graph = file.graph.restricted(to: [port])
    guard let parameters = try? ParameterCatalog(graph).parameters,
      let application = try? ModelApplication(
        graph, path: file.path, parameters: parameters, given: [:], isClassifier: true)
    else { return nil }
    return OutputShapes(application, parameters: parameters).extents?.first
  }
}

/// What an output of a classifier could be.
enum LogitForm: Hashable {
  /// A score for each of several classes.
  case scores
  /// One number a sample.
  case single
  /// Something else.
  case other
}

extension ImportedGraph {
  /// The graph without the sigmoid that its only output ends in, where that is one number a sample: the logit of a probability
  /// is what was there before.
  func withoutSigmoid(ifSingle form: LogitForm) -> (graph: ImportedGraph, isCut: Bool) {
    guard form == .single, outputs.count == 1, let index = sigmoid(of: outputs[0].name) else {
      return (self, false)
    }
    var nodes = nodes
    nodes[index] = nodes[index].asIdentity
    return (
      ImportedGraph(inputs: inputs, outputs: outputs, initializers: initializers, nodes: nodes, roles: roles),
      true
    )
  }

  /// The sigmoid that gives a value, perhaps in another shape, and nothing else.
  func sigmoid(of name: String) -> Int? {
    var name = name
    while let index = nodes.lastIndex(where: { $0.outputs.contains(name) }),
      let source = nodes[index].inputs.first
    {
      let isRead = nodes.contains { other in other.inputs.contains(name) && !other.inputs.isEmpty }
      if isRead, !isView(readerOf: name) { return nil }
      if nodes[index].type == "Sigmoid" { return index }
      guard Self.views.contains(nodes[index].type) else { return nil }
      name = source
    }
    return nil
  }

  private static let views: Set<String> = ["Identity", "Reshape", "Squeeze", "Unsqueeze", "Flatten"]

  /// Whether only one node reads a value, and only to show it.
  private func isView(readerOf name: String) -> Bool {
    let readers = nodes.filter { $0.dependencies.contains(name) }
    return readers.count == 1 && Self.views.contains(readers[0].type)
  }
}

extension ImportedNode {
  /// A node that gives its input as it is.
  fileprivate var asIdentity: ImportedNode {
    ImportedNode(
      name: name, type: "Identity", domain: domain, version: version, inputs: inputs, outputs: outputs,
      attributes: [:], subgraphs: [:])
  }
}
