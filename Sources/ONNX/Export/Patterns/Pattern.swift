import Compute

/// A group of steps that people know as one operator.
///
/// A pattern is exact: it holds for all values of what it reads. What no pattern knows is written step by
/// step.
struct Pattern: Sendable {
  /// How the group that ends at a step is written, or nil if the step is not the end of such a group.
  let match: @Sendable (OpenGraph, StepID) -> Match?

  /// All patterns, the largest groups first.
  ///
  /// A new one is registered by its line here.
  static let all: [Pattern] = [
    .layerNormalization, .batchNormalization, .softmax, .logSoftmax,
    .biasedConvolution, .biasedProduct, .product,
    .maxPooling, .averagePooling, .unpaddedAveragePooling, .mean, .reduction,
    .leakyRelu, .relu6, .lookup,
  ]

  /// How the largest group that ends at step `id` is written, or nil if none does.
  static func match(_ graph: OpenGraph, _ id: StepID) -> Match? {
    all.lazy.compactMap { $0.match(graph, id) }.first
  }
}
