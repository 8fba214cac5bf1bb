import ArrayFiles
import Compute
import ComputeTestSupport
import Testing

@testable import ONNX

/// What every translation promises: derivatives that equal difference quotients, and no change under `vmap`.
@Suite struct OperatorLawTests {
  @Test(arguments: samples) func obeysTheLaws(_ sample: PrimitiveSample) async throws {
    try await checkPrimitive(sample)
  }

  private static let smooth: SampleInput = .smooth([2, 3, 4])
  private static let positive = SampleInput([2, 3], .uniform(0.5...2))

  static let samples: [PrimitiveSample] = arithmetic + activations + reductions + structure + indexing

  private static let arithmetic: [PrimitiveSample] = [
    OperatorCall("Max").sample(
      "Max of three", [.separated([2, 3]), .separated([3]), .smooth([2, 1])], order: 1),
    OperatorCall("Mean").sample("Mean of two", [.smooth([2, 3]), .smooth([3])]),
    OperatorCall("Clip", known: [1: .scalar(-0.5), 2: .scalar(0.5)])
      .sample("Clip", [SampleInput([2, 3], .avoiding([-0.5, 0.5], -1.5...1.5))]),
    OperatorCall("Clip", known: [2: .scalar(0.5)], omitted: [1])
      .sample("Clip from above", [SampleInput([2, 3], .avoiding([0.5], -1.5...1.5))]),
    OperatorCall("Pow", known: [1: .scalar(3)]).sample("Pow of a whole number", [.smooth([2, 3])]),
    OperatorCall("Pow").sample("Pow", [positive, .smooth([3])]),
    OperatorCall("Mod", ["fmod": .integer(1)]).sample(
      "Mod", [SampleInput([4], .listed([1.3, -2.6, 3.1, -0.2])), .floats([4], [0.7, 1.1, -1.3, 0.9])],
      order: 1),
    OperatorCall("Where").sample("Where", [.bool([2, 3]), .smooth([3]), .smooth([2, 1])]),
    OperatorCall("Einsum", ["equation": .string("bhid,bhjd->bhij")])
      .sample("Einsum of attention", [.smooth([2, 2, 3, 2]), .smooth([2, 2, 2, 2])]),
    OperatorCall("Einsum", ["equation": .string("...ii->...i")]).sample(
      "Einsum of a diagonal", [.smooth([2, 3, 3])]),
  ]

  private static let activations: [PrimitiveSample] = [
    ("Celu", ["alpha": NodeAttribute.float(0.7)]), ("Selu", [:]), ("HardSigmoid", [:]), ("Softsign", [:]),
    ("Softplus", [:]), ("Gelu", ["approximate": .string("tanh")]),
    ("ThresholdedRelu", ["alpha": .float(0.3)]),
    ("Asinh", [:]), ("LogSoftmax", ["axis": .integer(1)]), ("Tan", [:]),
  ].map { name, attributes in
    OperatorCall(name, version: 20, attributes)
      .sample(name, [SampleInput([2, 3], .avoiding([0, 0.3], -1.5...1.5))])
  }

  private static let reductions: [PrimitiveSample] =
    ["ReduceMean", "ReduceL2", "ReduceSumSquare", "ReduceLogSumExp", "ReduceProd", "ReduceL1"].map { name in
      OperatorCall(name, ["axes": .integers([0, -1])])
        .sample(name, [SampleInput([2, 3, 4], .avoiding([0], -1.5...1.5))])
    } + [
      OperatorCall("ReduceProd").sample("ReduceProd with a zero", [.floats([4], [0.5, 0, -1.5, 2])]),
      OperatorCall("ReduceMax", ["keepdims": .integer(0)]).sample("ReduceMax", [.separated([2, 3])]),
      OperatorCall("TopK", ["axis": .integer(0)], known: [1: .integers(2)])
        .sample("TopK", [.separated([4, 3])]),
      OperatorCall(
        "CumSum", ["exclusive": .integer(1), "reverse": .integer(1)], known: [1: .integers(1)]
      ).sample("CumSum", [smooth]),
    ]

  private static let structure: [PrimitiveSample] =
    [
      OperatorCall(
        "Slice", known: [1: .integers(-1, 0), 2: .integers(.min, 3), 3: .integers(2, 0), 4: .integers(-2, 1)]
      )
      .sample("Slice backward", [smooth]),
      OperatorCall("Split", version: 18, ["axis": .integer(2), "num_outputs": .integer(3)], outputCount: 3)
        .sample("Split unevenly", [.smooth([2, 5, 7])]),
      OperatorCall("Tile", known: [1: .integers(2, 1, 3)]).sample("Tile", [smooth]),
      OperatorCall("Expand", known: [1: .integers(2, 1, 3)]).sample("Expand", [.smooth([3, 1])]),
      OperatorCall("Trilu", known: [1: .integers(-1)]).sample("Trilu", [smooth]),
    ]
    + ["constant", "reflect", "edge", "wrap"].map { mode in
      OperatorCall(
        "Pad", version: 19, ["mode": .string(mode)], known: [1: .integers(2, -1, 4, 1), 3: .integers(1, 2)],
        omitted: [2]
      ).sample("Pad, \(mode)", [smooth])
    }

  private static let indexing: [PrimitiveSample] = [
    OperatorCall("Gather", ["axis": .integer(1)], known: [1: .integers(2, -3, 2)]).sample("Gather", [smooth]),
    OperatorCall("Gather").sample("Gather of any", [.smooth([3, 2]), .int32([2, 2], [0, -1, 2, -3])]),
    OperatorCall("GatherElements", ["axis": .integer(1)])
      .sample("GatherElements", [smooth, .int32([2, 2, 3], [0, -1, 2, 1, -3])]),
    OperatorCall("GatherND", ["batch_dims": .integer(1)])
      .sample("GatherND", [smooth, .int32([2, 2, 1], [0, -1, 2])]),
    OperatorCall("ScatterND", version: 18, ["reduction": .string("add")], known: [1: .pairs])
      .sample("ScatterND that adds", [.smooth([2, 3, 2]), .smooth([3, 2])]),
    OperatorCall("ScatterElements", version: 18, ["reduction": .string("mul")], known: [1: .row])
      .sample("ScatterElements that multiplies", [.smooth([3, 3]), .smooth([1, 3])]),
    OperatorCall("OneHot", known: [1: .integers(4)])
      .sample("OneHot", [.int32([3], [0, -1, 5]), .smooth([2])]),
  ]
}

extension StoredArray {
  /// Two places of a matrix, one of them twice.
  fileprivate static let pairs = StoredArray(shape: [3, 2], integers: [0, 1, 1, -1, 0, 1], as: .int64)
  fileprivate static let row = StoredArray(shape: [1, 3], integers: [0, -1, 2], as: .int64)
}
