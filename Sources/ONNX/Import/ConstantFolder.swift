internal import ArrayFiles
internal import Compute

/// Computes the values of nodes whose inputs are all known, by translating them into a graph of their own.
///
/// So shape computations, which models carry as ordinary nodes, need no second implementation.
struct ConstantFolder {
  /// The most elements that folding one node may touch; larger results stay symbols.
  static let maximumCount = 1 << 18
  /// The most elements that folding a whole model may touch, so that no file makes the importer work for long.
  private var budget = 1 << 22

  /// A result: its element type, and its elements.
  struct Result {
    let element: ArrayElement
    let known: StoredArray
  }

  /// The results of a node.
  ///
  /// - Parameter limit: The most elements of one value.
  /// - Returns: nil where they are too large to be computed here.
  mutating func fold(
    _ node: ImportedNode, _ operation: Operator, _ inputs: [StoredArray?], _ context: RandomContext,
    limit: Int = maximumCount
  ) throws -> [Result]? {
    guard inputs.allSatisfy({ ($0?.count ?? 0) <= limit }) else { return nil }
    var values: [ImportedValue] = []
    let graph = try Graph { scope in
      let inputs = inputs.map { $0.map { ImportedValue($0.constant(in: scope), $0.element, known: $0) } }
      values = try operation.translate(NodeCall(node, inputs, scope, context))
      return values.map(\.tensor)
    }
    let cost = graph.nodes.reduce(0) { $0 + $1.types.reduce(0) { $0 + $1.shape.count } }
    guard cost <= min(limit, budget) else { return nil }
    budget -= cost
    let results = try graph.interpret([:])
    return zip(values, results).map { value, result in
      Result(element: value.element, known: value.known ?? StoredArray(result, as: value.element))
    }
  }
}

extension NodeCall {
  /// The call of an operator that a node of a model makes.
  init(
    _ node: ImportedNode, _ inputs: [ImportedValue?], _ scope: Scope,
    _ context: RandomContext = RandomContext()
  ) {
    self.init(
      version: node.version, inputs: inputs, outputCount: node.outputs.count, attributes: node.attributes,
      scope: scope, output: node.outputs.first { !$0.isEmpty } ?? "", context: context)
  }
}
