import ComputeTestSupport
import Testing

@testable import Compute

/// A primitive that states nothing but its types and its definition.
private struct ScaledSine: DefinedPrimitive {
  static let name = "scaledSine"

  let factor: Double
  var inputCount: Int? { 3 }

  func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] { [inputs[0]] }
  func definition(_ inputs: [Tensor]) -> Tensor {
    (inputs[0] * inputs[1]).sin() * inputs[2].cast(to: .float32) * factor
  }
  func lower(_ lowering: inout Lowering) {}
}

/// The laws of primitives hold for one that has everything from its definition.
@Suite struct DefinedPrimitiveTests {
  private func sample(_ name: String, _ choose: @escaping @Sendable ([Tensor]) -> [Tensor]) -> PrimitiveSample
  {
    let inputs: [SampleInput] = [.smooth([2, 3]), .smooth([2, 3]), .int32([2, 3], [1, -2, 3, 0])]
    return PrimitiveSample(name, inputs, order: 3) { x in
      x[0].builder.add(ScaledSine(factor: 0.5), choose(x))
    }
  }

  @Test func hasItsRulesFromTheDefinition() async throws {
    for sample in [
      sample("defined", { $0 }), sample("defined, of one input twice", { [$0[1], $0[1], $0[2]] }),
    ] {
      try await checkValues(sample)
      try checkDerivatives(sample)
      try checkForwardDerivative(sample)
      try await checkBatching(sample)
    }
  }

  @Test func hasTheValuesOfTheDefinition() throws {
    let graph = try Graph { scope in
      let (x, y) = (scope.input("x", [4]), scope.input("y", [4]))
      let count = scope.iota([4], axis: 0)
      let primitive = ScaledSine(factor: 2)
      return [x.builder.add(primitive, [x, y, count]), primitive.definition([x, y, count])]
    }
    let x = ReferenceArray(TensorType([4]), [0.5, -1, 2, 0.25])
    let values = try graph.interpret(["x": x, "y": x])
    #expect(values[0] == values[1])
  }
}
