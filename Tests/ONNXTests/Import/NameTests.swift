import Compute
import Networks
import Testing

@testable import ONNX

/// Names are compared as bytes, whatever they look like.
@Suite struct NameTests {
  @Test func equalLooksAreOtherNames() throws {
    let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
    #expect(composed == decomposed)
    var builder = ModelBuilder()
    builder.input("x", ["N", 2])
    builder.output("y", ["N", 2])
    builder.weight(composed, [1], [2])
    builder.weight(decomposed, [1], [10])
    builder.node("Mul", ["x", composed], ["h"])
    builder.node("Add", ["h", decomposed], ["y"])
    #expect(try builder.values(["x": floats([1, 2], [1, 2])])[0].values == [12, 14])
  }

  @Test func aNumberBehindANameIsNobodysElse() throws {
    let (composed, decomposed) = ("\u{E9}", "e\u{301}")
    var builder = ModelBuilder()
    builder.input("x", ["N", 1])
    builder.output("y", ["N", 1])
    for (name, value) in [(composed, 2), (decomposed, 10), (composed + " (2)", 100)] as [(String, Float)] {
      builder.weight(name, [1], [value])
    }
    builder.node("Mul", ["x", composed], ["a"])
    builder.node("Add", ["a", decomposed], ["b"])
    builder.node("Add", ["b", composed + " (2)"], ["y"])
    #expect(try builder.values(["x": floats([1, 1], [1])])[0].values == [112])
  }

  @Test(arguments: 1...28) func readsEveryOperatorSet(_ opset: Int64) throws {
    var builder = ModelBuilder.small()
    builder.proto.opsetImport[0].version = opset
    #expect(try builder.values(["x": floats([1, 2], [1, 1])])[0].values == [5, 7, 9])
  }

  @Test func saysWhatToDoAboutOtherOperators() throws {
    for (type, domain, advice) in [
      ("NonZero", "", "shape depends"), ("SequenceAt", "", "tensors alone"), ("Nonsense", "", "without it"),
      ("QLinearAdd", "com.microsoft", "QDQ"), ("Attention", "com.microsoft", "ORT_DISABLE_ALL"),
      ("TreeEnsemble", "ai.onnx.ml", "cut the model"), ("Mine", "my.domain", "function of the file"),
    ] {
      var builder = ModelBuilder()
      builder.input("x", ["N", 2])
      builder.output("y", ["N", 2])
      builder.node(type, ["x"], ["y"], domain: domain)
      let reasons = try builder.model().unsupported.map(\.reason)
      #expect(reasons.count == 1 && reasons[0].contains(advice), "\(reasons)")
    }
  }

  /// A grid for three samples fixes their number, whatever the input declares.
  @Test func storedGridsFixTheBatch() throws {
    var builder = ModelBuilder(opset: 20)
    builder.input("x", ["N", 1, 2, 2])
    builder.output("y", ["N", 1, 1, 1])
    builder.weight("grid", [3, 1, 1, 2], [-0.5, -0.5, 0.5, -0.5, 0.5, 0.5])
    builder.node("GridSample", ["x", "grid"], ["y"])
    #expect(try builder.model().model().inputs[0].extents == [3, 1, 2, 2])
    let x = floats([3, 1, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    #expect(try builder.values(["x": x])[0].values == [1, 6, 12])
  }

  /// A weight in a `Constant` node is a parameter; other numbers there are not.
  @Test func constantNodesHoldWeights() throws {
    var builder = ModelBuilder()
    builder.input("x", ["N", 2])
    builder.output("y", ["N", 2])
    builder.constant("w", [2, 2], [1, 2, 3, 4])
    builder.constant("half", [1], [0.5])
    builder.node("Transpose", ["w"], ["turned"])
    builder.node("MatMul", ["x", "turned"], ["h"])
    builder.node("Mul", ["h", "half"], ["y"])
    #expect(try builder.model().model().parameters.map(\.name) == ["w"])
    #expect(try builder.values(["x": floats([1, 2], [1, 1])])[0].values == [1.5, 3.5])
  }
}

extension ModelBuilder {
  mutating func constant(_ name: String, _ shape: [Int], _ values: [Float]) {
    node("Constant", [], [name], name: name)
    var attribute = AttributeProto()
    (attribute.name, attribute.type) = ("value", .tensor)
    attribute.t.dims = shape.map(Int64.init)
    attribute.t.dataType = 1
    attribute.t.floatData = values
    proto.graph.node[proto.graph.node.count - 1].attribute = [attribute]
  }
}
