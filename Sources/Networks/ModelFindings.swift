import Compute

/// What a model's function was found to do, by all that this depends on.
///
/// A trace takes as long as reading the model's file, and commands ask for the same again: to count classes, to choose a
/// tile, before each stage of an attack.
struct ModelFindings: Sendable {
  /// What a trace depends on besides the function.
  struct Question: Hashable, Sendable {
    /// The shape of one sample.
    let sample: Shape
    /// What the model's parameters are; their values are symbols.
    let parameters: [Declaration]

    struct Declaration: Hashable, Sendable {
      let name: String
      let type: TensorType
    }

    init(_ sample: Shape, _ parameters: [Parameter]) {
      self.sample = sample
      self.parameters = parameters.map { Declaration(name: $0.name, type: $0.value.type) }
    }
  }

  /// See ``Model/outputType(for:)``.
  let outputTypes = Memo<Question, TensorType>()
  /// See ``Model/sampleBytes(for:)``.
  let sampleBytes = Memo<Question, Int>()
}
