import Compute
import ComputeTestSupport
import Testing

@testable import ONNX

/// Random draws depend on the file and the node, not on the batch.
@Suite struct RandomOperatorTests {
  private static func noisy(_ type: String) -> ModelBuilder {
    var builder = ModelBuilder()
    builder.input("x", ["N", 40])
    builder.output("y", ["N", 40])
    builder.output("z", ["N", 40])
    builder.node(type, ["x"], ["first"])
    builder.node(type, ["x"], ["second"])
    builder.node("Add", ["x", "first"], ["y"])
    builder.node("Add", ["x", "second"], ["z"])
    return builder
  }

  @Test(arguments: ["RandomNormalLike", "RandomUniformLike", "Bernoulli"])
  func drawsAreTheSameAtEveryPlace(_ type: String) throws {
    var random = SeededGenerator(seed: 3)
    let x = (0..<120).map { _ in Double.random(in: 0.2...0.8, using: &random) }
    let builder = Self.noisy(type)
    let all = try builder.values(["x": floats([3, 40], x)])
    for sample in 0..<3 {
      let own = Array(x[(40 * sample)..<(40 * sample + 40)])
      let alone = try builder.values(["x": floats([1, 40], own)])
      for (one, many) in zip(alone, all) {
        #expect(one.values == Array(many.values[(40 * sample)..<(40 * sample + 40)]))
      }
    }
    #expect(all[0] != all[1], "two nodes draw for themselves")
  }

  /// Passes of a loop draw for themselves, and so do nodes of one name.
  @Test func drawsBelongToANodeAndAPass() throws {
    var body = ModelBuilder()
    body.proto.graph.input = ["i", "goesOn", "state"].map(ModelBuilder.named)
    body.node("Identity", ["goesOn"], ["still"])
    for output in ["noise", "other"] { body.node("RandomUniformLike", ["state"], [output], name: "draw") }
    body.node("Add", ["noise", "state"], ["next"])
    body.proto.graph.output = ["still", "next", "noise", "other"].map(ModelBuilder.named)
    var builder = ModelBuilder()
    builder.input("x", [20])
    for name in ["y", "all", "others"] { builder.output(name, name == "y" ? [20] : [3, 20]) }
    builder.integers("count", [3])
    builder.graph("Loop", ["count", "", "x"], ["y", "all", "others"], ["body": body.proto.graph])
    let values = try builder.values(["x": floats([20], .init(repeating: 0, count: 20))])
    let draws = (values[1].values + values[2].values)
    #expect(Set(draws).count == draws.count, "no number is drawn twice")
    #expect(try builder.values(["x": floats([20], .init(repeating: 0, count: 20))]) == values)
  }

  @Test func uniformNumbersFillTheirRange() throws {
    var builder = ModelBuilder()
    builder.input("x", [1])
    builder.output("y", [2000])
    builder.node("RandomUniform", [], ["u"])
    for (name, value) in [("low", -2), ("high", 3)] as [(String, Float)] {
      var attribute = AttributeProto()
      (attribute.name, attribute.type, attribute.f) = (name, .float, value)
      builder.proto.graph.node[0].attribute.append(attribute)
    }
    var shape = AttributeProto()
    (shape.name, shape.type, shape.ints) = ("shape", .ints, [2000])
    builder.proto.graph.node[0].attribute.append(shape)
    builder.node("Add", ["u", "x"], ["y"])
    let values = try builder.values(["x": floats([1], [0])])[0].values
    #expect(values.allSatisfy { -2...3 ~= $0 })
    #expect(abs(values.reduce(0, +) / 2000 - 0.5) < 0.15)
    #expect(Set(values).count > 1900)
  }

  /// The scale of all samples together would let them see each other, so samples are taken one by one.
  @Test func dynamicScalesAreThoseOfASample() throws {
    var builder = ModelBuilder()
    builder.input("x", ["N", 2])
    builder.output("y", ["N", 2])
    builder.node("DynamicQuantizeLinear", ["x"], ["q", "scale", "zero"])
    builder.node("DequantizeLinear", ["q", "scale", "zero"], ["y"])
    let all = try builder.values(["x": floats([2, 2], [0.1, 0.7, 50, -3])])[0].values
    #expect(try builder.values(["x": floats([1, 2], [0.1, 0.7])])[0].values == Array(all[..<2]))
    #expect(abs(all[0] - 0.1) < 0.002 && abs(all[2] - 50) < 0.2)
  }
}
