public import Compute

extension Model {
  /// Where in the model a sample's derivatives cease to be finite, in the words of the file it came from.
  ///
  /// The sample is computed once more in double precision, so this takes a while and is not done for large models.
  ///
  /// - Parameters:
  ///   - quantity: Which derivatives: gradients or Jacobians.
  ///   - sample: `[1, ...]`.
  ///   - label: The sample's class, which the gradient of a loss needs.
  ///   - row: The row of the Jacobian that is not finite.
  /// - Returns: nil where the model is too large, or all is finite in double precision.
  public func placeOfNonFiniteDerivative(
    _ quantity: ModelEvaluation.Quantity, at sample: HostArray, label: Int32, row: Int
  ) throws -> String? {
    let count = fixedSampleCount ?? 1
    var rows = JacobianRows.none
    if case .jacobians = quantity { rows = JacobianRows(all: 1, atOnce: 1, together: 1) }
    let shape = Shape(Array(sample.shape.extents.dropFirst()))
    let graph = try graph(of: quantity, sample: shape, count: count, rows: rows)
    guard graph.outputs.count > 1, graph.isQuicklyInterpreted else { return nil }
    var arguments = values.mapValues { ReferenceArray($0) }
    arguments[Model.images] = ReferenceArray(sample.repeatingLast(to: count))
    let (labels, numbers) = (
      [Int32](repeating: label, count: count), [Int32](repeating: Int32(row), count: count)
    )
    arguments["labels"] = ReferenceArray(HostArray([count], labels))
    arguments["rows"] = ReferenceArray(HostArray([count, 1], numbers))
    return try graph.placeOfNonFinite(1, arguments)?.description
  }
}

extension Graph {
  /// Whether the interpreter takes about a second or less.
  fileprivate var isQuicklyInterpreted: Bool {
    let elements = nodes.reduce(0) { $0 + $1.types.reduce(0) { $0 + $1.shape.count } }
    return elements < 5_000_000 && multiplyAdds < 50_000_000
  }
}
