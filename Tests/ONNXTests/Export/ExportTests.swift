import Compute
import ComputeTestSupport
import Networks
import SwiftProtobuf
import Testing

@testable import ONNX

@Suite struct ExportTests {
  private func operators(_ model: Model) throws -> [String: Int] {
    let file = try ModelProto(serializedBytes: model.onnx())
    return Dictionary(file.graph.node.map { ($0.opType, 1) }, uniquingKeysWith: +)
  }

  private func closure(
    _ inputs: [Model.Port], outputs: [String] = ["y"], _ body: @escaping Model.Function
  ) -> Model {
    Model(inputs: inputs, outputs: outputs.map { Model.Port($0, [nil]) }, parameters: [], body)
  }

  private let rows = Model.Port("x", [nil, 4])

  @Test(arguments: ExportCase.quickArchitectures + ExportCase.closures)
  func bytesAreTheSameEveryTime(_ sample: ExportCase) throws {
    #expect(try sample.model().onnx(named: "a") == sample.model().onnx(named: "a"))
  }

  @Test(arguments: ExportCase.quickArchitectures)
  func namesAreKept(_ sample: ExportCase) throws {
    let model = try sample.model()
    let graph = try ModelProto(serializedBytes: model.onnx(named: "it")).graph
    #expect(graph.name == "it")
    #expect(graph.input.map(\.name) == model.inputs.map(\.name))
    #expect(graph.output.map(\.name) == model.outputs.map(\.name))
    #expect(graph.initializer.prefix(model.parameters.count).map(\.name) == model.parameters.map(\.name))
    #expect(graph.input[0].type.tensorType.shape.dim[0].dimParam == "N")
    #expect(Set(graph.node.map(\.name)).count == graph.node.count)
  }

  @Test func groupsHaveTheirOwnOperators() throws {
    let resnet = try operators(try Model(CIFARResNet(depth: 20), input: [3, 32, 32], seed: 0))
    #expect(resnet["BatchNormalization"] == 19)
    #expect(resnet["Conv"] == 19)
    #expect(resnet["Gemm"] == 1)
    #expect(resnet["GlobalAveragePool"] == 1)
    #expect(resnet["Mul"] == nil)
    let lenet = try operators(try Model(LeNet5(), input: [1, 28, 28], seed: 0))
    #expect(lenet == ["Conv": 2, "Relu": 4, "MaxPool": 2, "Flatten": 1, "Gemm": 3])
    let transformer = VisionTransformer(patch: 8, width: 24, depth: 2, heads: 3)
    let vision = try operators(try Model(transformer, input: [3, 32, 32], seed: 0))
    #expect(vision["LayerNormalization"] == 5)
    #expect(vision["Softmax"] == 2)
    #expect(vision["Exp"] == nil)
  }

  @Test func similarGroupsAreNotMistaken() throws {
    let model = closure([rows]) { x, _ in
      let exponentials = (x[0] - x[0].maximum(over: [0], keepingAxes: true)).exp()
      return [
        exponentials / exponentials.sum([1], keepingAxes: true) + x[0].sum([1], keepingAxes: true) * 0.3
      ]
    }
    #expect(
      try operators(model).keys.sorted() == ["Add", "Div", "Exp", "Mul", "ReduceMax", "ReduceSum", "Sub"])
  }

  @Test func aFixedNumberOfSamplesStaysFixed() throws {
    let model = closure([Model.Port("x", [3, 4])]) { x, _ in [x[0].mean() * x[0]] }
    let graph = try ModelProto(serializedBytes: model.onnx()).graph
    #expect(graph.input[0].type.tensorType.shape.dim.map(\.dimValue) == [3, 4])
    #expect(graph.output[0].type.tensorType.shape.dim.map(\.dimValue) == [3, 4])
  }

  @Test func randomBitsAreNamed() throws {
    let model = closure([rows]) { x, _ in
      let samples = x[0].scope.iota([x[0].shape[0]], axis: 0)
      return [Randomness(seed: 1, samples: samples).uniform([4]) + x[0]]
    }
    let error = #expect(throws: ExportError.self) { try model.onnx() }
    #expect(error?.message.contains("ExportTests.swift") == true)
    #expect(error?.message.hasSuffix("random bits (philox) cannot be expressed in ONNX") == true)
  }

  @Test func numbersThatDependOnTheSamplesAreRefused() throws {
    let model = closure([rows]) { x, _ in [x[0].mean()] }
    let error = #expect(throws: ExportError.self) { try model.onnx() }
    #expect(error?.message.contains("depends on the number of samples") == true)
  }

  @Test func shapesThatGrowUnevenlyAreRefused() throws {
    let model = closure([rows]) { x, _ in [x[0].matmul(x[0].transposed).reshaped([-1])] }
    let error = #expect(throws: ExportError.self) { try model.onnx() }
    #expect(error?.message.contains("does not grow evenly") == true)
  }

  @Test func namesMustDiffer() throws {
    let model = closure([rows], outputs: ["x"]) { x, _ in [x[0] * 2] }
    #expect(throws: ExportError.self) { try model.onnx() }
  }

  @Test func loopsMustEnd() throws {
    let model = closure([rows]) { x, _ in [x[0].iterated(1_000_000) { $0.sin() + 1 }] }
    let error = #expect(throws: ExportError.self) { try model.onnx() }
    #expect(error?.message.contains("fewer iterations") == true)
  }
}
