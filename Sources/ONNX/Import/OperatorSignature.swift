/// Which inputs and attributes an operator has in an operator set.
///
/// What a node has beyond them would change nothing here and something elsewhere: an exporter meant an operator of
/// another set, or misspelt a name. onnxruntime and ONNX's own checker refuse it, too.
struct OperatorSignature: Hashable, Sendable {
  /// The operator set that brought it.
  let version: Int
  /// The largest number of inputs; nil where there may be any number.
  let mostInputs: Int?
  let attributes: Set<String>

  /// Why a node with more than its operator has cannot be meant, or nil; operators that are not listed may have anything.
  static func obstacle(to node: ImportedNode) -> String? {
    guard let history = all[node.qualifiedType], let own = history.last(where: { $0.version <= node.version })
    else { return nil }
    // Names that begin so are notes of runtimes.
    let unknown = node.attributes.keys.filter { !$0.hasPrefix("__") && !own.attributes.contains($0) }
    if let name = unknown.min() {
      return "it has an attribute '\(name)'; " + own.advice(on: name, history, at: node.version)
    }
    guard let most = own.mostInputs, let last = node.inputs.lastIndex(where: { !$0.isEmpty }), last >= most
    else { return nil }
    let range = sets(of: history) { ($0.mostInputs ?? .max) > last }
    return "it has \(last + 1) inputs, and in operator set \(node.version) \(inputs(most))"
      + (range.map { "; \($0) it may have so many: say so in the file's operator set, or leave them out" }
        ?? "")
  }

  private func advice(on name: String, _ history: [OperatorSignature], at version: Int) -> String {
    if let range = Self.sets(of: history, where: { $0.attributes.contains(name) }) {
      return
        "the operator has it \(range), not in \(version): say so in the file's operator set, or write the node "
        + "as set \(version) has it"
    }
    return attributes.isEmpty
      ? "the operator has none; export the model without it"
      : "the operator has "
        + attributes.sorted().map { "'\($0)'" }.joined(separator: ", ")
        + "; correct the name, or export the model without it"
  }

  private static func inputs(_ most: Int) -> String {
    most == 0 ? "it has none" : most == 1 ? "it has one" : "it has at most \(most)"
  }

  /// The operator sets of which something is true, such as `in sets 1 to 12`.
  private static func sets(
    of history: [OperatorSignature], where isTrue: (OperatorSignature) -> Bool
  ) -> String? {
    guard let first = history.firstIndex(where: isTrue) else { return nil }
    let end = history[first...].firstIndex { !isTrue($0) }
    let start = history[first].version
    guard let end else { return "from set \(start) on" }
    let last = history[end].version - 1
    return last == start ? "in set \(start)" : "in sets \(start) to \(last)"
  }

  /// The signatures of every operator by its qualified name, oldest first.
  static let all: [String: [OperatorSignature]] = {
    var all: [String: [OperatorSignature]] = [:]
    for line in table.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count >= 3, let version = Int(words[1]) else { continue }
      let signature = OperatorSignature(
        version: version, mostInputs: Int(words[2]), attributes: Set(words.dropFirst(3).map(String.init)))
      all[String(words[0]), default: []].append(signature)
    }
    return all
  }()
}
