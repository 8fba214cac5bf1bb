import ArrayFiles
import Compute
import Networks
import Testing

@testable import ONNX

/// A file becomes a classifier with logits `[N, K]`, or it is said why not.
@Suite struct ClassifierTests {
  /// Features and logits from samples of four numbers, of which the file declares `batch`.
  private func builder(_ batch: Any, outputs: [(name: String, extents: [Any?])]) -> ModelBuilder {
    var builder = ModelBuilder()
    builder.input("x", [batch, 4])
    builder.weight("w", [4, 3], (0..<12).map { Float($0 % 5) - 2 })
    builder.weight("v", [4, 1], [1, -2, 3, -4])
    builder.node("MatMul", ["x", "w"], ["logits"])
    builder.node("MatMul", ["x", "v"], ["z"])
    builder.node("Sigmoid", ["z"], ["probability"])
    builder.integers("row", [-1])
    builder.node("Reshape", ["logits", "row"], ["flat"])
    builder.node("Reshape", ["probability", "row"], ["numbers"])
    builder.node("Relu", ["x"], ["features"])
    builder.node("Cast", ["logits"], ["integers"], integers: ["to": 7])
    for (index, output) in outputs.enumerated() {
      builder.output(output.name, output.extents)
      if output.name == "integers" { builder.proto.graph.output[index].type.tensorType.elemType = 7 }
    }
    return builder
  }

  private func message(_ builder: ModelBuilder, _ choice: String? = nil) -> String {
    do {
      _ = try builder.model().classifier(output: choice)
      return "taken"
    } catch {
      return "\(error)"
    }
  }

  @Test func asksWhichOutputIsMeant() throws {
    let two = builder("N", outputs: [("features", ["N", 4]), ("logits", ["N", 3])])
    #expect(
      message(two).hasPrefix(
        "test.onnx: 2 outputs could be the logits: 0 'features' float32[N, 4], 1 'logits' float32[N, 3]; say")
    )
    #expect(message(two, "scores").contains("there is no output 'scores'; the outputs are 0 'features'"))
    #expect(message(two, "2").contains("there is no output '2'"))
    let x = HostArray.scattered([3, 4])
    for choice in ["logits", "1"] {
      let classifier = try two.model().classifier(output: choice)
      #expect(classifier.output.name == "logits")
      #expect(try classifier.classCount(for: [4]) == 3)
      let all = try two.model().model().interpreted(x)
      #expect(try classifier.model.interpreted(x) == [all[1]])
      #expect(try two.model().model(output: choice).interpreted(x) == [all[1]])
    }
  }

  @Test func takesTheOnlyOneThatCanBeMeant() throws {
    let file = try builder("N", outputs: [("integers", ["N", 3]), ("z", ["N", 1]), ("logits", ["N", 3])])
      .model()
    let classifier = try file.classifier()
    #expect(classifier.output.name == "logits")
    #expect(try classifier.remarks(for: [4]).map(\.message) == ["test.onnx: of 3 outputs, 'logits' is taken"])
  }

  @Test func needsNothingThatOtherOutputsDependOn() throws {
    var builder = builder("N", outputs: [("logits", ["N", 3]), ("mean", [3]), ("odd", ["N", 3])])
    builder.step("ReduceMean", ["logits"], "mean", integers: ["keepdims": 0], lists: ["axes": [0]])
    builder.node("Mystery", ["logits"], ["odd"])
    #expect(try builder.model().classifier(output: "logits").classCount(for: [4]) == 3)
    #expect(message(builder, "odd").contains("Mystery"))
    #expect(message(builder, "mean").contains("samples"))
  }

  @Test(arguments: ["z", "probability", "numbers"])
  func takesOneLogitAsTwo(_ output: String) throws {
    let file = try builder("N", outputs: [(output, output == "numbers" ? ["N"] : ["N", 1])]).model()
    let classifier = try file.classifier()
    let x = HostArray.scattered([5, 4])
    let logits = try classifier.model.interpreted(x)[0]
    let z = try builder("N", outputs: [("z", ["N", 1])]).model().model().interpreted(x)[0]
    #expect(logits.shape == [5, 2])
    #expect(logits.values == z.values.flatMap { [0, $0] })
    let remark = try #require(try classifier.remarks(for: [4]).first)
    #expect(remark.message.contains("[0, z]") && remark.message.contains("sigmoid") == (output != "z"))
  }

  @Test func takesAnOutputWithoutSamples() throws {
    let file = try builder(1, outputs: [("flat", [3])]).model()
    let classifier = try file.classifier()
    let x = HostArray.scattered([5, 4])
    let expected = try builder("N", outputs: [("logits", ["N", 3])]).model().model().interpreted(x)
    #expect(try classifier.model.interpreted(x) == expected)
    #expect(try classifier.model.interpreted(x.sample(2))[0].shape == [1, 3])
    #expect(
      try classifier.remarks(for: [4]).contains {
        $0.kind == .noSampleAxis && $0.message.contains("output 'flat'")
      })
  }

  @Test(arguments: [2, 4], [1, 2, 3, 4, 5, 9])
  func fillsUpAFixedBatch(_ size: Int, _ count: Int) throws {
    let fixed = try builder(size, outputs: [("logits", [size, 3])]).model().classifier()
    let x = HostArray.scattered([count, 4])
    let expected = try builder("N", outputs: [("logits", ["N", 3])]).model().model().interpreted(x)
    #expect(fixed.model.fixedSampleCount == nil)
    #expect(try fixed.model.interpreted(x) == expected)
    #expect(try fixed.remarks(for: [4]).contains { $0.message.contains("\(size) samples at a time") })
  }

  @Test func refusesAFixedBatchThatMixes() throws {
    var builder = builder(4, outputs: [("mixed", [4, 3])])
    builder.step("Softmax", ["logits"], "mixed", integers: ["axis": 0])
    #expect(message(builder).contains("node 'node of mixed' (Softmax, opset 17): it mixes samples"))
  }

  @Test func namesFileAndOutput() throws {
    var builder = builder("N", outputs: [("square", ["N", 2, 2])])
    builder.integers("squares", [-1, 2, 2])
    builder.node("Reshape", ["x", "squares"], ["square"])
    let error = #expect(throws: FileError.self) { try builder.model().classifier().classCount(for: [4]) }
    #expect(error?.description.hasPrefix("test.onnx: output 'square': it is float32[1, 2, 2]") == true)
  }
}
