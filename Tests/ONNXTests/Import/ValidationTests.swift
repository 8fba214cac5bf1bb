import ArrayFiles
import Testing

@testable import ONNX

/// What is wrong with a file is said by name and place when it is read.
@Suite struct ValidationTests {
  private func message(_ change: (inout ModelBuilder) -> Void) -> String {
    var builder = ModelBuilder.small()
    change(&builder)
    do {
      _ = try builder.model()
      return "accepted"
    } catch {
      return "\(error)"
    }
  }

  @Test func acceptsTheModelThatIsRight() throws {
    let model = try ModelBuilder.small().model()
    #expect(model.inputs.map(\.description) == ["float32[N, 2]"])
    #expect(model.outputs.map(\.name) == ["y"])
    #expect(model.operators == ["MatMul": 1, "Relu": 1])
    #expect(model.parameterCount == 6)
    #expect(model.opset == 17)
    #expect(model.unsupported.isEmpty)
  }

  @Test func sortsNodes() throws {
    var builder = ModelBuilder.small()
    builder.proto.graph.node.reverse()
    #expect(try builder.model().nodes.map(\.name) == ["product", "active"])
  }

  @Test func takesStoredInputsAsParameters() throws {
    var builder = ModelBuilder.small()
    builder.input("w", [2, 3])
    #expect(try builder.model().inputs.map(\.name) == ["x"])
  }

  @Test func namesTheNodesOfACycle() {
    let text = message {
      $0.node("Add", ["h", "b"], ["a"], name: "first")
      $0.node("Relu", ["a"], ["b"], name: "second")
    }
    #expect(text.contains("cycle") && text.contains("'first'") && text.contains("'second'"))
    #expect(!text.contains("'product'"))
  }

  @Test func namesWhatNothingGives() {
    #expect(
      message { $0.proto.graph.node[0].input[0] = "z" }.contains(
        "node 'product' (MatMul, opset 17): it reads 'z'"))
    #expect(message { $0.proto.graph.output[0].name = "z" }.contains("output 'z'"))
    #expect(message { $0.proto.graph.output = [] }.contains("no outputs"))
  }

  @Test func namesWhatIsGivenTwice() {
    #expect(message { $0.node("Relu", ["x"], ["h"], name: "again") }.contains("node 'again'"))
    #expect(message { $0.weight("w", [1], [1]) }.contains("initializer 'w'"))
    #expect(message { $0.input("x", [1]) }.contains("'x'"))
  }

  @Test func namesNumbersThatAreNone() {
    let text = message { $0.proto.graph.initializer[0].floatData[4] = .nan }
    #expect(text == "test.onnx: initializer 'w': element [1, 1] is not a number")
    #expect(message { $0.proto.graph.initializer[0].floatData[5] = .infinity }.contains("[1, 2] is infinite"))
    #expect(message { $0.weight("mask", [2], [0, -.infinity]) } == "accepted")
  }

  @Test func refusesAbsurdSizes() {
    for dims: [Int64] in [[2, 4], [-2, -3], [.max, .max], [1 << 40], [0]] {
      #expect(message { $0.proto.graph.initializer[0].dims = dims }.contains("initializer 'w'"))
    }
    #expect(message { $0.proto.graph.initializer[0].dataType = 8 }.contains("string"))
    #expect(message { $0.proto.graph.initializer[0].dataType = 99 }.contains("99"))
  }

  @Test func refusesOtherOperatorSets() {
    for version: Int64 in [0, -1, 29, .max] {
      #expect(message { $0.proto.opsetImport[0].version = version }.contains("operator set"))
    }
    #expect(message { $0.proto.opsetImport = [] }.contains("operator set"))
  }

  @Test(arguments: ["../w.bin", "/etc/passwd", "a/../../w", "", "missing.bin"])
  func readsNothingOutsideTheFolder(_ location: String) {
    let text = message {
      var entry = StringStringEntryProto()
      (entry.key, entry.value) = ("location", location)
      $0.proto.graph.initializer[0].floatData = []
      $0.proto.graph.initializer[0].dataLocation = .external
      $0.proto.graph.initializer[0].externalData = [entry]
    }
    #expect(text.contains("initializer 'w'") && text.contains("external data"))
  }

  @Test func listsEverythingThatIsNotSupported() throws {
    var builder = ModelBuilder.small()
    builder.node("Mystery", ["h"], ["a"], name: "one")
    builder.node("Gelu", ["h"], ["b"], name: "two", domain: "com.example")
    builder.proto.opsetImport.append(OperatorSetIdProto())
    builder.proto.opsetImport[1].domain = "com.example"
    builder.proto.opsetImport[1].version = 3
    let model = try builder.model()
    #expect(model.unsupported.map(\.name) == ["one", "two"])
    let error = #expect(throws: FileError.self) { try model.model() }
    let text = try #require(error).description
    #expect(text.contains("node 'one' (Mystery, opset 17)"))
    #expect(text.contains("node 'two' (com.example.Gelu, opset 3)"))
  }
}
