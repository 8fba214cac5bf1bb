import ArrayFiles
import Compute
import ComputeTestSupport
import Testing

@testable import ONNX

/// Products, normalisation and recurrent networks: derivatives equal difference quotients, and batches agree
/// with single samples.
@Suite struct LayerLawTests {
  @Test(arguments: products + normalizations + recurrences)
  func obeysTheLaws(_ sample: PrimitiveSample) async throws { try await checkPrimitive(sample) }

  private static let products: [PrimitiveSample] = [
    OperatorCall("Gemm", ["transA": .integer(1), "alpha": .float(0.5), "beta": .float(2)])
      .sample("Gemm", [.smooth([3, 2]), .smooth([3, 4]), .smooth([4])]),
    OperatorCall("MatMul").sample("MatMul of a batch", [.smooth([2, 1, 3, 2]), .smooth([3, 2, 2])]),
    OperatorCall("MatMul").sample("MatMul of a vector", [.smooth([3]), .smooth([2, 3, 2])]),
  ]

  private static let normalizations: [PrimitiveSample] = [
    OperatorCall("BatchNormalization").sample(
      "BatchNormalization", [.smooth([2, 2, 3])] + vectors(2, 3) + [SampleInput([2], .uniform(0.5...1.5))]),
    OperatorCall("BatchNormalization", ["training_mode": .integer(1)], outputCount: 3).sample(
      "BatchNormalization in training",
      [.smooth([2, 2, 3])] + vectors(2, 3) + [SampleInput([2], .uniform(0.5...1.5))]),
    OperatorCall("InstanceNormalization").sample(
      "InstanceNormalization", [.smooth([2, 2, 4])] + vectors(2, 2)),
    OperatorCall("GroupNormalization", version: 18, ["num_groups": .integer(2)])
      .sample("GroupNormalization by group", [.smooth([1, 4, 3])] + vectors(2, 2)),
    OperatorCall("GroupNormalization", version: 21, ["num_groups": .integer(2)])
      .sample("GroupNormalization by channel", [.smooth([1, 4, 3])] + vectors(4, 2)),
    OperatorCall("LayerNormalization", ["axis": .integer(1)], outputCount: 3)
      .sample("LayerNormalization", [.smooth([2, 2, 3]), .smooth([2, 3]), .smooth([3])]),
    OperatorCall("LRN", ["size": .integer(3), "alpha": .float(0.3)]).sample("LRN", [.smooth([1, 4, 2, 1])]),
    OperatorCall("MeanVarianceNormalization").sample("MeanVarianceNormalization", [.smooth([2, 2, 2, 2])]),
    OperatorCall("LpNormalization", ["axis": .integer(0)]).sample("LpNormalization", [.smooth([3, 2])]),
  ]

  private static let recurrences: [PrimitiveSample] = [
    OperatorCall("LSTM", ["direction": .string("bidirectional")], omitted: [4], outputCount: 3).sample(
      "LSTM with peepholes",
      [
        .smooth([2, 1, 2]), .smooth([2, 8, 2]), .smooth([2, 8, 2]), .smooth([2, 16]), .smooth([2, 1, 2]),
        .smooth([2, 1, 2]), .smooth([2, 6]),
      ]),
    OperatorCall("GRU", ["linear_before_reset": .integer(1)], known: [4: .integers(2, 1)], outputCount: 2)
      .sample(
        "GRU of several lengths",
        [.smooth([2, 2, 2]), .smooth([1, 6, 2]), .smooth([1, 6, 2]), .smooth([1, 12])]),
    OperatorCall("GRU", ["direction": .string("reverse")], outputCount: 2)
      .sample("GRU, reset first", [.smooth([2, 1, 2]), .smooth([1, 6, 2]), .smooth([1, 6, 2])]),
    OperatorCall("RNN", ["activations": .strings(["Softsign"])], outputCount: 2)
      .sample("RNN", [.smooth([3, 1, 2]), .smooth([1, 2, 2]), .smooth([1, 2, 2])]),
  ]

  private static func vectors(_ length: Int, _ count: Int) -> [SampleInput] {
    [SampleInput](repeating: .smooth([length]), count: count)
  }
}
