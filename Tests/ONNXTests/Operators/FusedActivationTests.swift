import ArrayFiles
import Compute
import Testing

@testable import ONNX

/// Activations inside other operators are those of the operators of their names.
@Suite struct FusedActivationTests {
  /// At corners too, where a derivative is a choice.
  @Test(arguments: [(1 / 6 as Float, 0.5 as Float), (0.2, 0.5), (1, 0.25)])
  func hardSigmoidIsTheOperator(_ slope: Float, _ offset: Float) throws {
    let corners = [-Double(offset) / Double(slope), (1 - Double(offset)) / Double(slope), -3, 3]
    let x = corners + corners.map { $0 + 0.1 } + corners.map { $0 - 0.1 }
    let alone = OperatorCall("HardSigmoid", ["alpha": .float(slope), "beta": .float(offset)])
    let fused = OperatorCall(
      "FusedConv", ["activation": .string("HardSigmoid"), "activation_params": .floats([slope, offset])],
      known: [1: StoredArray(shape: [1, 1, 1, 1], floats: [1])])
    let results = try [alone, fused].map { call in
      let graph = try Graph { scope in
        let x = scope.input("x", [1, 1, 1, x.count])
        let y = try call.traced(scope, [x])[0].tensor
        return [y, y.sum().gradient(withRespectTo: x)]
      }
      return try graph.interpret(["x": floats([1, 1, 1, x.count], x)])
    }
    #expect(results[0] == results[1])
  }
}
