import ArrayFiles
import Compute
import Networks
import Testing

@testable import ONNX

/// A batch of one becomes any batch where the first axis counts samples, and nowhere else.
@Suite struct BatchTests {
  private func shapes(_ file: ONNXModel, _ inputs: [Shape]) throws -> [Shape] {
    let model = try file.model()
    return try Graph { scope in
      let network = model.bound(in: scope)
      return network(inputs.enumerated().map { scope.input("input \($0.offset)", $0.element) })
    }.outputTypes.map(\.shape)
  }

  private func builder(_ input: [Any?], _ output: [Any?]) -> ModelBuilder {
    var builder = ModelBuilder()
    builder.input("x", input)
    builder.output("y", output)
    builder.node("Relu", ["x"], ["y"], name: "active")
    return builder
  }

  @Test func mapsOverSamples() throws {
    let model = try builder([1, 3], [1, 3]).model()
    #expect(try model.model().inputs[0].extents == [nil, 3])
    #expect(try shapes(model, [[1, 3]]) == [[1, 3]])
    #expect(try shapes(model, [[7, 3]]) == [[7, 3]])
  }

  @Test func holdsWhatIsNoBatch() throws {
    let model = try builder([2, 3], [2, 3]).model()
    #expect(try shapes(model, [[2, 3]]) == [[2, 3]])
    let error = #expect(throws: FileError.self) { try shapes(model, [[4, 3]]) }
    #expect(
      error?.description == "test.onnx: input 'x': the model takes float32[2, 3], and was given float32[4, 3]"
    )
  }

  @Test func saysWhatWasDeclaredAndGiven() throws {
    let model = try builder(["N", 3], ["N", 3]).model()
    let error = #expect(throws: FileError.self) { try shapes(model, [[2, 3, 1]]) }
    #expect(error?.description.contains("float32[N, 3], and was given float32[2, 3, 1]") == true)
  }

  @Test func findsOutShapesThatAreNotDeclared() throws {
    var builder = ModelBuilder.small()
    builder.proto.graph.output[0].type.tensorType.clearShape()
    #expect(try builder.model().model().outputs[0].extents == [nil, 3])
  }

  @Test func fallsBackToSamplesWhereABatchOfOneIsBuiltIn() throws {
    var builder = ModelBuilder()
    builder.input("x", ["N", 2, 2])
    builder.output("y", ["N", 3])
    builder.integers("shape", [1, 4])
    builder.weight("w", [4, 3], (0..<12).map(Float.init))
    builder.node("Reshape", ["x", "shape"], ["flat"])
    builder.node("MatMul", ["flat", "w"], ["y"])
    #expect(try shapes(try builder.model(), [[5, 2, 2]]) == [[5, 3]])
  }

  @Test func namesTheNodeThatDoesNotFit() throws {
    var builder = ModelBuilder.small()
    builder.proto.graph.initializer[0].dims = [3, 2]
    let error = #expect(throws: FileError.self) { try shapes(try builder.model(), [[5, 2]]) }
    #expect(error?.description.contains("node 'product' (MatMul, opset 17)") == true)
  }
}
