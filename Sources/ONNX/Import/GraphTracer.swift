internal import ArrayFiles
internal import Compute

/// Traces a model's graph: every node in order, with what is known folded.
struct GraphTracer {
  private let graph: ImportedGraph
  private let path: String
  let scope: Scope
  private let parameter: (String) -> Tensor?
  private let given: [String: StoredArray]
  private var context: RandomContext
  var values: [String: TracedValue] = [:]
  private var folder = ConstantFolder()
  /// How many nodes of subgraphs were traced, and passes through them.
  var repetitions = 0
  /// Is told of every node once it was traced.
  var didTrace: (ImportedNode) -> Void = { _ in }

  /// Weights and results of weights up to this many elements are known to translations that ask.
  private static let smallCount = 4096

  /// Prepares to trace.
  ///
  /// - Parameters:
  ///   - parameter: The symbol of a stored weight; nil for what is stored but no weight.
  ///   - given: Values of inputs that translations may ask for.
  ///   - context: What random draws are for.
  init(
    _ graph: ImportedGraph, path: String, scope: Scope, given: [String: StoredArray], context: RandomContext,
    parameter: @escaping (String) -> Tensor?
  ) {
    self.graph = graph
    self.path = path
    self.scope = scope
    self.parameter = parameter
    self.given = given
    self.context = context
    values.reserveCapacity(graph.nodes.count + graph.initializers.count)
  }

  /// The outputs for `inputs`, whose shapes were checked.
  mutating func callAsFunction(_ inputs: [Tensor]) throws -> [Tensor] {
    for (port, tensor) in zip(graph.inputs, inputs) {
      do {
        try tensor.checkExtents()
      } catch {
        throw FileError(path, at: "input '\(port.name)'", error.explanation)
      }
      // Like weights, inputs stay symbols even where their values are known.
      let value = ImportedValue(tensor, port.element, known: given[port.name])
      values[port.name] = TracedValue(value: value, isParametric: true)
    }
    for node in graph.nodes {
      try trace(node)
      didTrace(node)
    }
    return try graph.outputs.map { port in
      guard let output = value(named: port.name)?.value else {
        throw FileError(path, at: "output '\(port.name)'", "nothing gives it")
      }
      guard output.element == port.element else {
        throw FileError(
          path, at: "output '\(port.name)'",
          "it is declared as \(port.element.rawValue), but computed as \(output.element.rawValue)")
      }
      return output.tensor
    }
  }

  /// A value that was computed or given, or one that is stored, which becomes a symbol when it is first used.
  mutating func value(named name: String) -> TracedValue? {
    if let value = values[name] { return value }
    guard let stored = graph.initializers[name] else { return nil }
    let symbol = parameter(name)
    let value = TracedValue(
      value: ImportedValue(symbol ?? stored.constant(in: scope), stored.element, known: stored),
      isParametric: symbol != nil)
    values[name] = value
    return value
  }

  /// What `body` gives in this pass through a loop.
  mutating func inPass<Result>(
    _ pass: Int, _ body: (inout GraphTracer) throws -> Result
  ) rethrows -> Result {
    context.passes.append(pass)
    defer { context.passes.removeLast() }
    return try body(&self)
  }

  mutating func trace(_ node: ImportedNode) throws {
    do {
      let results = try results(of: node)
      guard results.count >= (node.outputs.lastIndex { !$0.isEmpty } ?? -1) + 1 else {
        throw ImportError("it names \(node.outputs.count) outputs, of which \(results.count) are supported")
      }
      for (name, result) in zip(node.outputs, results) where !name.isEmpty { values[name] = result }
    } catch let error as FileError {
      throw error
    } catch {
      // What went wrong in the graph as well is a consequence, or the same thing once more.
      _ = scope.takeFailure()
      throw FileError(path, at: node.place, error.explanation)
    }
  }

  private mutating func results(of node: ImportedNode) throws -> [TracedValue] {
    if let obstacle = node.obstacle { throw ImportError(obstacle) }
    let inputs = try node.inputs.map { name -> TracedValue? in
      if name.isEmpty { return nil }
      guard let value = value(named: name) else { throw ImportError("nothing gives '\(name)'") }
      return value
    }
    if let kind = ControlFlow(node) { return try results(of: kind, node, inputs) }
    guard let operation = Operator.named(node.type, domain: node.domain) else {
      throw ImportError(Operator.advice(node.type, domain: node.domain))
    }
    let isKnown = inputs.allSatisfy { $0 == nil || $0?.value.known != nil }
    let isParametric = inputs.contains { $0?.isParametric == true }
    if isKnown, !isParametric,
      let folded = try folder.fold(node, operation, inputs.map { $0?.value.known }, context)
    {
      return folded.map { constant($0) }
    }
    let traced = try scope.located(as: node.place) {
      try QuantizedPassage.translated(operation, node, inputs.map { $0?.value }, scope, context)
    }
    if let failure = scope.takeFailure() { throw failure }
    for value in traced { try value.tensor.checkExtents() }
    let small = isKnown ? smallResults(node, operation, inputs, traced) : nil
    return traced.enumerated().map { index, value in
      TracedValue(
        value: ImportedValue(
          value.tensor, value.element, known: value.known ?? small?[index].known, real: value.real),
        isParametric: isParametric && value.known == nil)
    }
  }

  private func constant(_ result: ConstantFolder.Result) -> TracedValue {
    TracedValue(
      value: ImportedValue(result.known.constant(in: scope), result.element, known: result.known),
      isParametric: false)
  }

  /// The values of results that depend on stored weights alone, for translations that want numbers: bounds, scales.
  private mutating func smallResults(
    _ node: ImportedNode, _ operation: Operator, _ inputs: [TracedValue?], _ traced: [ImportedValue]
  ) -> [ConstantFolder.Result]? {
    guard traced.allSatisfy({ $0.tensor.shape.count <= Self.smallCount }) else { return nil }
    let results = try? folder.fold(
      node, operation, inputs.map { $0?.value.known }, context, limit: 16 * Self.smallCount)
    return results?.count == traced.count ? results : nil
  }
}

extension Tensor {
  /// The longest axis that is supported, because translations may make tables of an axis.
  private static var maximumExtent: Int { 1 << 24 }

  /// - Throws: ``ImportError`` for an axis that no table fits.
  fileprivate func checkExtents() throws {
    guard let extent = shape.extents.max(), extent > Self.maximumExtent else { return }
    throw ImportError("an axis of \(extent) elements is too long; up to \(Self.maximumExtent) are supported")
  }
}

extension Error {
  /// The message without the place in this program's source, which says nothing about a model.
  var explanation: String {
    switch self {
    case let error as ImportError: error.message
    case let error as GraphError: error.message
    default: "\(self)"
    }
  }
}
