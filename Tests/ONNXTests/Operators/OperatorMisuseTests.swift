import ArrayFiles
import Compute
import Testing

@testable import ONNX

/// What files can say but must not: every translation answers with an error.
@Suite struct OperatorMisuseTests {
  struct Misuse: Sendable, CustomTestStringConvertible {
    let call: OperatorCall
    var shapes: [[Int]] = [[2, 3]]
    var testDescription: String {
      "\(call.name) of \(shapes), \(call.attributes), \(call.known.mapValues(\.integers))"
    }
  }

  @Test(arguments: misuses) func isAnError(_ misuse: Misuse) {
    #expect(throws: (any Error).self) {
      try Graph { scope in
        let inputs = misuse.shapes.enumerated().map { scope.input("x\($0)", Shape($1)) }
        return try misuse.call.traced(scope, inputs).map(\.tensor)
      }
    }
  }

  private static let huge = Int64(1) << 40

  static let misuses: [Misuse] = [
    Misuse(call: OperatorCall("Add"), shapes: [[2, 3], [4]]),
    Misuse(call: OperatorCall("Add"), shapes: [[2, 3]]),
    Misuse(call: OperatorCall("Max"), shapes: []),
    Misuse(call: OperatorCall("Concat", ["axis": .integer(2)]), shapes: [[2, 3], [2, 3]]),
    Misuse(call: OperatorCall("Concat", ["axis": .integer(0)]), shapes: [[2, 3], [2]]),
    Misuse(call: OperatorCall("Softmax", ["axis": .integer(2)])),
    Misuse(call: OperatorCall("Softmax", version: 11, ["axis": .integer(.min + 1)])),
    Misuse(call: OperatorCall("Flatten", ["axis": .integer(3)])),
    Misuse(call: OperatorCall("Transpose", ["perm": .integers([0, 0])])),
    Misuse(call: OperatorCall("Cast", ["to": .integer(8)])),
    Misuse(call: OperatorCall("Gelu", version: 20, ["approximate": .string("cubic")])),
    Misuse(call: OperatorCall("Reshape", known: [1: .integers(-1, -1)])),
    Misuse(call: OperatorCall("Reshape", known: [1: .integers(4, -1)])),
    Misuse(call: OperatorCall("Reshape", known: [1: .integers(huge, huge, -1)])),
    Misuse(call: OperatorCall("Reshape", known: [1: .integers(2, 3, 0)])),
    Misuse(call: OperatorCall("Unsqueeze", known: [1: .integers(0, 1, 2, 3, 4, 5, 6)])),
    Misuse(call: OperatorCall("Unsqueeze", known: [1: .integers(0, 0)])),
    Misuse(call: OperatorCall("Squeeze", known: [1: .integers(0)])),
    Misuse(call: OperatorCall("Expand", known: [1: .integers(huge, huge, 1)])),
    Misuse(call: OperatorCall("Expand", known: [1: .integers(-1, 3)])),
    Misuse(call: OperatorCall("Tile", known: [1: .integers(huge, huge)])),
    Misuse(call: OperatorCall("Tile", known: [1: .integers(2)])),
    Misuse(
      call: OperatorCall(
        "Slice", known: [1: .integers(0), 2: .integers(1), 3: .integers(0), 4: .integers(0)])),
    Misuse(call: OperatorCall("Slice", known: [1: .integers(0), 2: .integers(1, 2)])),
    Misuse(call: OperatorCall("Slice", known: [1: .integers(0, 0, 0), 2: .integers(1, 1, 1)])),
    Misuse(call: OperatorCall("Split", known: [1: .integers(1, 2)])),
    Misuse(call: OperatorCall("Split", known: [1: .integers(.max, .max)])),
    Misuse(call: OperatorCall("Split", version: 18, ["num_outputs": .integer(.max)])),
    Misuse(call: OperatorCall("Pad", known: [1: .integers(0, 0, 1)])),
    Misuse(call: OperatorCall("Pad", known: [1: .integers(.max, 0, .max, 0)])),
    Misuse(call: OperatorCall("Pad", known: [1: .integers(-2, 0, -2, 0)])),
    Misuse(call: OperatorCall("Pad", ["mode": .string("edge")], known: [1: .integers(1 << 28, 0, 0, 0)])),
    Misuse(call: OperatorCall("Gather", known: [1: .integers(2)])),
    Misuse(call: OperatorCall("Gather", ["axis": .integer(-3)], known: [1: .integers(0)])),
    Misuse(call: OperatorCall("GatherND"), shapes: [[2, 3], [2]]),
    Misuse(call: OperatorCall("ScatterND", known: [1: .integers(5)]), shapes: [[2, 3], [3]]),
    Misuse(call: OperatorCall("OneHot", known: [1: .integers(huge)]), shapes: [[3], [2]]),
    Misuse(call: OperatorCall("TopK", known: [1: .integers(4)])),
    Misuse(call: OperatorCall("TopK", known: [1: .integers(.min)])),
    Misuse(call: OperatorCall("ArgMax"), shapes: [[0, 2]]),
    Misuse(call: OperatorCall("CumSum", known: [1: .integers(2)])),
    Misuse(call: OperatorCall("ReduceSum", known: [1: .integers(0, -2)])),
    Misuse(call: OperatorCall("ConstantOfShape", known: [0: .integers(huge, huge)]), shapes: []),
    Misuse(call: OperatorCall("ConstantOfShape", known: [0: .integers(-1)]), shapes: []),
    Misuse(
      call: OperatorCall("ConstantOfShape", known: [0: .integers(1, 1, 1, 1, 1, 1, 1, 1, 1)]), shapes: []),
    Misuse(
      call: OperatorCall("Range", known: [0: .integers(0), 1: .integers(9), 2: .integers(0)]), shapes: []),
    Misuse(
      call: OperatorCall("Range", known: [0: .integers(0), 1: .integers(huge), 2: .integers(1)]), shapes: []),
    Misuse(call: OperatorCall("Range", known: [0: .scalar(.nan), 1: .scalar(1), 2: .scalar(1)]), shapes: []),
    Misuse(
      call: OperatorCall("Range", known: [0: .scalar(0), 1: .scalar(.infinity), 2: .scalar(1)]), shapes: []),
    Misuse(call: OperatorCall("Constant"), shapes: []),
    Misuse(call: OperatorCall("Dropout", known: [1: .scalar(0.5), 2: .integers(1)])),
    Misuse(call: OperatorCall("Einsum", ["equation": .string("ij,->>k")]), shapes: [[2, 3], []]),
    Misuse(call: OperatorCall("Einsum", ["equation": .string("ij,jk->il")]), shapes: [[2, 3], [3, 4]]),
    Misuse(call: OperatorCall("Einsum", ["equation": .string("ij,jk")]), shapes: [[2, 3], [4, 4]]),
  ]
}
