import ArrayFiles
import Compute
import ComputeTestSupport
import Testing

@testable import ONNX

/// Grids, attention, transforms and blocks: derivatives that equal difference quotients, and no change under `vmap`.
@Suite struct SamplingLawTests {
  @Test(arguments: samples) func obeysTheLaws(_ sample: PrimitiveSample) async throws {
    try await checkPrimitive(sample)
  }

  static let samples = grids + attention + transforms + activations

  /// Coordinates inside, outside and far outside, none at a kink.
  private static let grid = SampleInput.floats(
    [2, 3, 1, 2], [0.13, -0.71, 0.87, 1.31, -1.43, 0.22, -0.37, 0.58, 2.41, -0.19, 0.67, -3.17])

  private static let grids: [PrimitiveSample] =
    ["zeros", "border", "reflection"].flatMap { padding in
      [("linear", 0), ("linear", 1), ("nearest", 0), ("cubic", 1)].map { mode, aligned in
        OperatorCall(
          "GridSample", version: 20,
          [
            "mode": .string(mode), "padding_mode": .string(padding),
            "align_corners": .integer(Int64(aligned)),
          ]
        ).sample("GridSample, \(mode), \(padding), \(aligned)", [.smooth([2, 2, 3, 4]), grid], order: 1)
      }
    } + [
      OperatorCall("GridSample", version: 20).sample(
        "GridSample of volumes",
        [.smooth([1, 2, 2, 3, 2]), .floats([1, 1, 1, 2, 3], [0.13, -0.71, 0.87, 1.31, -0.43, 0.22])], order: 1
      ),
      OperatorCall("AffineGrid", version: 20, known: [1: .integers(2, 1, 2, 3)])
        .sample("AffineGrid", [.smooth([2, 2, 3])]),
    ]

  private static let attention: [PrimitiveSample] = [
    OperatorCall("Attention", version: 23, ["is_causal": .integer(1)])
      .sample("causal Attention", [.smooth([1, 2, 2, 2]), .smooth([1, 1, 3, 2]), .smooth([1, 1, 3, 2])]),
    OperatorCall(
      "Attention", version: 23,
      ["q_num_heads": .integer(2), "kv_num_heads": .integer(2), "softcap": .float(1.5)]
    ).sample(
      "capped Attention", [.smooth([1, 2, 4]), .smooth([1, 2, 4]), .smooth([1, 2, 4]), .smooth([2, 2])]),
    OperatorCall("RMSNormalization", version: 23, ["axis": .integer(-2)])
      .sample("RMSNormalization", [.smooth([2, 3, 2]), .smooth([3, 2])]),
    OperatorCall("RotaryEmbedding", version: 23, ["interleaved": .integer(1)])
      .sample("RotaryEmbedding", [.smooth([1, 2, 3, 4]), .smooth([1, 3, 2]), .smooth([1, 3, 2])]),
  ]

  private static let transforms: [PrimitiveSample] = [
    OperatorCall("DFT", version: 20, ["onesided": .integer(1)], known: [1: .number(5), 2: .number(1)])
      .sample("DFT of one side", [.smooth([2, 4, 1])]),
    OperatorCall("DFT", version: 17, ["inverse": .integer(1), "axis": .integer(1)])
      .sample("inverse DFT", [.smooth([2, 3, 2])]),
    OperatorCall(
      "Col2Im", version: 18, ["strides": .integers([2, 1]), "pads": .integers([1, 0, 0, 1])],
      known: [1: .integers(3, 3), 2: .integers(2, 2)]
    ).sample("Col2Im", [.smooth([2, 8, 6])]),
    OperatorCall("ReverseSequence", ["time_axis": .integer(1), "batch_axis": .integer(0)])
      .sample("ReverseSequence", [.smooth([2, 3, 2]), .int32([2], [2, 3])]),
    OperatorCall("Compress", ["axis": .integer(1)], known: [1: .truths(true, false, true)])
      .sample("Compress", [.smooth([2, 3])]),
    OperatorCall("CenterCropPad", version: 18, known: [1: .integers(2, 5)])
      .sample("CenterCropPad", [.smooth([3, 2])]),
  ]

  private static let activations: [PrimitiveSample] = [
    OperatorCall("Swish", version: 24, ["alpha": .float(1.3)]).sample("Swish", [.smooth([2, 3])]),
    OperatorCall("SwiGLU", version: 28).sample("SwiGLU", [.smooth([2, 3]), .smooth([2, 3])]),
    OperatorCall("Shrink", ["lambd": .float(0.4), "bias": .float(0.1)])
      .sample("Shrink", [SampleInput([2, 3], .avoiding([-0.4, 0.4], -1.5...1.5))]),
  ]
}

extension StoredArray {
  /// A scalar of 64 bits.
  static func number(_ value: Int64) -> StoredArray { StoredArray(shape: [], integers: [value], as: .int64) }

  static func truths(_ values: Bool...) -> StoredArray {
    StoredArray(shape: [values.count], integers: values.map { $0 ? 1 : 0 }, as: .bool)
  }
}
