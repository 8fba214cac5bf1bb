import ArrayFiles
import Compute
import Testing

@testable import ONNX

/// What files can say of layers but must not: every translation answers with an error.
@Suite struct LayerMisuseTests {
  struct Misuse: Sendable, CustomTestStringConvertible {
    let call: OperatorCall
    var shapes: [[Int]]
    var testDescription: String {
      "\(call.name) of \(shapes), \(call.attributes), \(call.known.mapValues(\.shape))"
    }

    init(
      _ name: String, _ shapes: [[Int]], version: Int = 17, _ attributes: [String: NodeAttribute] = [:],
      known: [Int: StoredArray] = [:], omitted: Set<Int> = [], outputCount: Int = 1
    ) {
      call = OperatorCall(
        name, version: version, attributes, known: known, omitted: omitted, outputCount: outputCount)
      self.shapes = shapes
    }
  }

  @Test(arguments: convolutions + pools + layers + resamplings + recurrences) func isAnError(_ misuse: Misuse)
  {
    #expect(throws: (any Error).self) {
      try Graph { scope in
        let inputs = misuse.shapes.enumerated().map { scope.input("x\($0)", Shape($1)) }
        return try misuse.call.traced(scope, inputs).map(\.tensor)
      }
    }
  }

  private static let (image, weight) = ([1, 4, 6, 6], [4, 4, 3, 3])

  private static let convolutions: [Misuse] =
    ["Conv", "ConvTranspose"].flatMap { name -> [Misuse] in
      [
        Misuse(name, []), Misuse(name, [image]), Misuse(name, [[1, 4], [4, 4]]),
        Misuse(name, [image, [4, 4, 3]]),
        Misuse(name, [image, [4, 0, 3, 3]]), Misuse(name, [image, weight, [3]]),
        Misuse(name, [image, [3, 3, 1, 1]]),
        Misuse(name, [[1, 4, 0, 6], weight]),
        Misuse(name, [image, weight], ["kernel_shape": .integers([2, 2])]),
      ]
        + [.integer(0), .integer(-2), .integer(3), .integer(.max), .float(1)].map {
          Misuse(name, [image, weight], ["group": $0])
        }
        + ["strides", "dilations"].flatMap { attribute in
          [[0, 1], [-1, 1], [1], [], [.max, 1], [1, 1, 1]].map {
            Misuse(name, [image, weight], [attribute: .integers($0)])
          }
        }
        + [[0, 0, 0], [.max, 0, .max, 0], [.min, 0, 0, 0], [-9, 0, -9, 0]].map {
          Misuse(name, [image, weight], ["pads": .integers($0)])
        }
        + [Misuse(name, [image, weight], ["auto_pad": .string("SAME")])]
    } + [
      Misuse("Conv", [image, [4, 4, 7, 1]]),
      Misuse("Conv", [image, weight], ["dilations": .integers([3, 3])]),
      Misuse("Conv", [image, weight], ["auto_pad": .string("VALID"), "pads": .integers([1, 1, 1, 1])]),
      Misuse("Conv", [[1, 4, 9, 9], weight], ["pads": .integers([1 << 20, 1 << 20, 1 << 20, 1 << 20])]),
      Misuse("Conv", [[1, 1, 300, 1, 1], [1, 1, 300, 1, 1]]),
      Misuse("ConvTranspose", [image, weight], ["output_padding": .integers([-1, 0])]),
      Misuse("ConvTranspose", [image, weight], ["output_shape": .integers([0, 4])]),
      Misuse("ConvTranspose", [image, weight], ["output_shape": .integers([.max, 4])]),
      Misuse("ConvTranspose", [image, weight], ["pads": .integers([4, 4, 4, 4])]),
      Misuse("ConvTranspose", [image, weight], ["strides": .integers([1 << 20, 1 << 20])]),
    ]

  private static let pools: [Misuse] =
    ["MaxPool", "AveragePool", "LpPool"].flatMap { name -> [Misuse] in
      [
        Misuse(name, [image]), Misuse(name, [image], ["kernel_shape": .integers([7, 1])]),
        Misuse(name, [[4, 4]], ["kernel_shape": .integers([])]),
      ]
        + [[0, 1], [-1, 2], [2], [.max, .max], []].map {
          Misuse(name, [image], ["kernel_shape": .integers($0)])
        }
        + [[2, 0, 0, 0], [-1, 0, 0, 0], [.max, 0, 0, 0]].map {
          Misuse(name, [image], ["kernel_shape": .integers([2, 2]), "pads": .integers($0)])
        }
    } + [
      Misuse(
        "MaxPool", [[1, 1, 1, 1]],
        [
          "kernel_shape": .integers([2, 1]), "dilations": .integers([3, 1]), "pads": .integers([1, 0, 3, 0]),
        ]),
      Misuse("MaxPool", [[1, 1, 64, 64]], ["kernel_shape": .integers([64, 64])], outputCount: 2),
      Misuse("LpPool", [image], ["kernel_shape": .integers([2, 2]), "p": .integer(0)]),
      Misuse("GlobalAveragePool", [[3, 4]]), Misuse("GlobalMaxPool", [[1, 3, 0]]),
    ]

  private static let layers: [Misuse] = [
    Misuse("Gemm", [[2, 3], [4, 5]]), Misuse("Gemm", [[2, 3]]), Misuse("Gemm", [[2, 3], [3]]),
    Misuse("Gemm", [[2, 3], [3, 4], [3]]), Misuse("Gemm", [[2, 3], [3, 4], [2, 2, 4]]),
    Misuse("MatMul", [[2, 3], [2, 3]]), Misuse("MatMul", [[], [3]]),
    Misuse("MatMul", [[2, 2, 3], [3, 3, 4]]),
    Misuse("MatMul", [[1 << 20, 1], [1, 1 << 20]]),
    Misuse("BatchNormalization", [image, [4], [4], [4]]),
    Misuse("BatchNormalization", [image, [4], [4], [4], [3]]),
    Misuse("BatchNormalization", [[4], [4], [4], [4], [4]]),
    Misuse("BatchNormalization", [image, [4], [4], [4], [4]], version: 9, outputCount: 5),
    Misuse("InstanceNormalization", [image, [3], [4]]),
    Misuse("GroupNormalization", [image, [4], [4]], version: 18, ["num_groups": .integer(2)]),
    Misuse("GroupNormalization", [image, [4], [4]], version: 21, ["num_groups": .integer(3)]),
    Misuse("GroupNormalization", [image, [4], [4]], version: 21, ["num_groups": .integer(0)]),
    Misuse("GroupNormalization", [image, [4], [4]], version: 21, ["num_groups": .integer(.max)]),
    Misuse("LayerNormalization", [image, [5]]),
    Misuse("LayerNormalization", [image, [6]], ["axis": .integer(4)]),
    Misuse("LRN", [image]), Misuse("LRN", [image], ["size": .integer(0)]),
    Misuse("LRN", [[4]], ["size": .integer(3)]),
    Misuse("MeanVarianceNormalization", [[4, 4]]),
    Misuse("LpNormalization", [image], ["p": .integer(3)]), Misuse("LpNormalization", [[]]),
    Misuse("DepthToSpace", [image], ["blocksize": .integer(3)]), Misuse("DepthToSpace", [image]),
    Misuse("DepthToSpace", [image], ["blocksize": .integer(0)]),
    Misuse("SpaceToDepth", [[4, 4]], ["blocksize": .integer(2)]),
    Misuse("SpaceToDepth", [image], ["blocksize": .integer(.max)]),
    Misuse("DepthToSpace", [image], ["blocksize": .integer(2), "mode": .string("RCD")]),
  ]

  private static let resamplings: [Misuse] =
    [
      [1, 1, 2], [1, 1, 0, 2], [1, 1, -1, 2], [1, 1, .nan, 2], [1, 1, .infinity, 2], [1, 1, 1e9, 1e9],
      [1, 1, 0.1, 1],
    ]
    .flatMap { scales -> [Misuse] in
      let stored = StoredArray(shape: [scales.count], doubles: scales, as: .float32)
      return [
        Misuse("Resize", [image], known: [2: stored], omitted: [1]),
        Misuse("Resize", [image], version: 10, known: [1: stored]),
        Misuse("Upsample", [image], version: 7, ["scales": .floats(scales.map { Float($0) })]),
      ]
    } + [
      Misuse("Resize", [image]), Misuse("Resize", [image], omitted: [1, 2, 3]),
      Misuse("Resize", [image, [8], [4]]),
      Misuse("Resize", [image], known: [3: .integers(1, 4, 0, 1)], omitted: [1, 2]),
      Misuse("Resize", [image], known: [3: .integers(1, 4, .max, .max)], omitted: [1, 2]),
      Misuse(
        "Resize", [image], ["mode": .string("area")], known: [3: .integers(1, 4, 5, 5)], omitted: [1, 2]),
      Misuse("Resize", [image], ["axes": .integers([4])], known: [3: .integers(5)], omitted: [1, 2]),
      Misuse(
        "Resize", [[1, 1, 1, 40_000]], ["mode": .string("linear")], known: [3: .integers(1, 1, 1, 50_000)],
        omitted: [1, 2]),
      Misuse(
        "Resize", [image], ["coordinate_transformation_mode": .string("tf_crop_and_resize")],
        known: [1: .integers(0), 3: .integers(1, 4, 5, 5)], omitted: [2]),
      Misuse("Upsample", [image], version: 10, known: [1: .integers(1, 1, 2, 2)]),
    ]

  private static let recurrences: [Misuse] = [("LSTM", 4), ("GRU", 3), ("RNN", 1)].flatMap { name, gates in
    let given = [[3, 2, 5], [1, gates * 4, 5], [1, gates * 4, 4]]
    return [
      Misuse(name, []), Misuse(name, Array(given.prefix(2))), Misuse(name, [[3, 5]] + given.dropFirst()),
      Misuse(name, [[0, 2, 5]] + given.dropFirst()), Misuse(name, [[1 << 20, 2, 5]] + given.dropFirst()),
      Misuse(name, [[3, 2, 6]] + given.dropFirst()), Misuse(name, given + [[1, 3]]),
      Misuse(name, given, ["hidden_size": .integer(3)]),
      Misuse(name, given, ["direction": .string("sideways")]),
      Misuse(name, given, ["direction": .string("bidirectional")]), Misuse(name, given, ["clip": .float(1)]),
      Misuse(name, given, ["activations": .strings(["Tanh", "Tanh", "Tanh", "Tanh"])]),
      Misuse(name, given, ["activations": .strings(["Sine", "Tanh", "Tanh"])]),
      Misuse(
        name, given, ["activations": .strings([String](repeating: "ScaledTanh", count: max(1, gates - 1)))]),
      Misuse(name, given, ["layout": .integer(1)]).with(states: [[1, 2, 4]]),
      Misuse(name, given, known: [4: .integers(1, 2, 3)], omitted: [3]),
    ]
  }
}

extension LayerMisuseTests.Misuse {
  /// The call with initial states behind inputs that are left out.
  fileprivate func with(states: [[Int]]) -> Self {
    Self(
      call.name, shapes + states, version: call.version, call.attributes, known: call.known, omitted: [3, 4],
      outputCount: call.outputCount)
  }
}
