import Compute

extension OpenGraph {
  /// How step `id` is written by itself, when no pattern knows it as part of something larger.
  ///
  /// - Throws: ``ExportError`` for what opset 17 cannot say.
  func translation(of id: StepID) throws -> Match {
    let step = steps[id]
    switch step.kind {
    case .input(let name), .parameter(let name): return Match([]) { _, _ in name }
    case .constant(let constant): return written(constant)
    case .map(let function): return try elementwise(function, id)
    case .reduce, .argument, .cumulativeSum, .top: return folded(id)
    case .gather, .scatterAdd: return indexed(id)
    case .matrixMultiply: return Match(step.inputs, "MatMul")
    case .convolution(let role, let geometry): return convolution(role, geometry, id)
    case .windowMaximum(let window): return try maximum(window, id)
    case .windowSum(let window), .windowSpread(let window): return windowed(window, id)
    default: return structural(id)
    }
  }

  private func written(_ constant: Constant) -> Match {
    switch constant {
    case .splat(let value, let type): Match([]) { writer, _ in writer.number(value, type.element) }
    case .elements(let array): Match([]) { writer, _ in writer.constant(array) }
    }
  }
}
