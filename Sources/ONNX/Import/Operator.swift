import Compute

/// How an operator of the default domain is translated into tensors.
///
/// The translation is called with symbols; when all inputs are known while tracing, the importer calls it in a graph of its
/// own and interprets that, so that shape computations need no second implementation.
struct Operator: Sendable {
  typealias Translation = @Sendable (NodeCall) throws -> [ImportedValue]
  let translate: Translation
  init(_ translate: @escaping Translation) { self.translate = translate }
}

extension Operator {
  /// Every operator that is understood, by its name in ONNX.
  static let all: [String: Operator] = [
    elementwise, activations, arithmetic, power, comparison, casts, softmax, reductions, ordering,
    shapes, structure, slice, padding, indexing, scatter, generation, diagonals, identity, einsum,
    convolution, pooling, products, normalization, resizing, blocks, recurrent,
  ].reduce(into: [:]) { all, family in
    all.merge(family) { _, _ in preconditionFailure("an operator is defined twice") }
  }
}
