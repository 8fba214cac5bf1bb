import ArrayFiles
import Compute
import Networks
import Testing

@testable import ONNX

/// Branches that shapes choose, and bodies that are passed through a known number of times.
@Suite struct ControlFlowTests {
  @Test(arguments: [1, 2, 3]) func takesTheBranchThatShapesChoose(_ count: Int) throws {
    var builder = ModelBuilder()
    builder.input("x", ["N", 3])
    builder.output("y", ["N", 3])
    builder.integers("one", [1])
    builder.integers("first", [0])
    builder.node("Shape", ["x"], ["shape"])
    builder.node("Gather", ["shape", "first"], ["count"])
    builder.node("Equal", ["count", "one"], ["isOne"])
    builder.conditional("isOne", ["y"], then: Self.scaled(2), otherwise: Self.scaled(3))
    let x = (0..<(3 * count)).map(Double.init)
    #expect(
      try builder.values(["x": floats([count, 3], x)])[0].values == x.map { $0 * (count == 1 ? 2 : 3) })
  }

  /// A branch that multiplies what it captures by a number of its own; both branches use the same names.
  private static func scaled(_ factor: Float) -> GraphProto {
    var body = ModelBuilder()
    body.weight("factor", [1], [factor])
    body.node("Mul", ["x", "factor"], ["scaled"])
    body.output("scaled", [nil, 3])
    return body.proto.graph
  }

  @Test func refusesABranchThatValuesChoose() throws {
    var builder = ModelBuilder()
    builder.input("x", ["N", 3])
    builder.output("y", ["N", 3])
    builder.weight("zero", [], [0])
    builder.node("ReduceSum", ["x"], ["sum"], integers: ["keepdims": 0])
    builder.node("Greater", ["sum", "zero"], ["isPositive"])
    builder.conditional("isPositive", ["y"], then: Self.scaled(2), otherwise: Self.scaled(3))
    let error = try #require(throws: (any Error).self) {
      _ = try builder.values(["x": floats([1, 3], [1, 2, 3])])
    }
    #expect("\(error)".contains("condition depends on the values"))
  }

  @Test(arguments: 0...4) func loopsAreRepetitions(_ count: Int) throws {
    var body = ModelBuilder()
    body.proto.graph.input = ["i", "goesOn", "state"].map(ModelBuilder.named)
    body.weight("two", [], [2])
    body.node("Identity", ["goesOn"], ["still"])
    body.node("Cast", ["i"], ["number"], integers: ["to": 1])
    body.node("Mul", ["state", "two"], ["double"])
    body.node("Add", ["double", "number"], ["next"])
    body.node("Identity", ["next"], ["seen"])
    body.proto.graph.output = ["still", "next", "seen"].map(ModelBuilder.named)
    var builder = ModelBuilder()
    builder.input("x", [2])
    builder.output("y", [2])
    builder.output("all", [count, 2])
    builder.integers("count", [Int64(count)])
    builder.graph("Loop", ["count", "", "x"], ["y", "all"], ["body": body.proto.graph])
    let found = try builder.values(["x": floats([2], [1, -3])])
    var (state, all) = ([1.0, -3], [Double]())
    for pass in 0..<count {
      state = state.map { 2 * $0 + Double(pass) }
      all += state
    }
    #expect(found[0].values == state)
    #expect(found[1] == floats([count, 2], all))
  }

  @Test(arguments: [(0, 0), (0, 1), (1, 0), (1, 1)]) func scansGoBothWays(_ input: Int, _ output: Int) throws
  {
    var body = ModelBuilder()
    body.proto.graph.input = ["sum", "part"].map(ModelBuilder.named)
    body.node("Add", ["sum", "part"], ["next"])
    body.node("Identity", ["next"], ["seen"])
    body.proto.graph.output = ["next", "seen"].map(ModelBuilder.named)
    var builder = ModelBuilder()
    builder.input("start", [2])
    builder.input("x", [2, 3])
    builder.output("y", [2])
    builder.output("all", [3, 2])
    builder.graph(
      "Scan", ["start", "x"], ["y", "all"], ["body": body.proto.graph], ["num_scan_inputs": 1],
      lists: [
        "scan_input_axes": [1], "scan_input_directions": [Int64(input)],
        "scan_output_directions": [Int64(output)],
      ])
    let found = try builder.values([
      "start": floats([2], [10, 20]), "x": floats([2, 3], [1, 2, 3, 4, 5, 6]),
    ])
    var (sum, rows) = ([10.0, 20], [[Double]]())
    for place in input == 0 ? [0, 1, 2] : [2, 1, 0] {
      sum = [sum[0] + [1.0, 2, 3][place], sum[1] + [4.0, 5, 6][place]]
      rows.append(sum)
    }
    #expect(found[0].values == sum)
    #expect(found[1].values == (output == 0 ? rows : rows.reversed()).flatMap(\.self))
  }

  /// A loop without end costs an error, not the machine.
  @Test func boundsTheGrowth() throws {
    var body = ModelBuilder()
    body.proto.graph.input = ["i", "goesOn", "state"].map(ModelBuilder.named)
    body.node("Identity", ["goesOn"], ["still"])
    body.node("Identity", ["state"], ["next"])
    body.proto.graph.output = ["still", "next"].map(ModelBuilder.named)
    var builder = ModelBuilder()
    builder.input("x", [2])
    builder.output("y", [2])
    builder.graph("Loop", ["", "", "x"], ["y"], ["body": body.proto.graph])
    let error = try #require(throws: (any Error).self) { _ = try builder.values(["x": floats([2], [1, 2])]) }
    #expect("\(error)".contains("passes"))
  }

  /// A weight that a branch keeps for itself is a parameter, by whatever way it is stored.
  @Test func weightsOfBranchesAreParameters() throws {
    var branch = ModelBuilder()
    branch.weight("w", [3, 3], [1, 0, 0, 0, 1, 0, 0, 0, 2])
    branch.node("MatMul", ["x", "w"], ["product"])
    branch.output("product", [nil, 3])
    var builder = ModelBuilder()
    builder.input("x", ["N", 3])
    builder.output("y", ["N", 3])
    builder.proto.graph.initializer.append(TensorProto(.truths(true).reshaped(to: []), name: "always"))
    builder.conditional("always", ["y"], then: branch.proto.graph, otherwise: Self.scaled(3))
    let file = try builder.model()
    #expect(try file.model().parameters.map(\.name).contains("w"))
    #expect(try builder.values(["x": floats([1, 3], [1, 2, 3])])[0].values == [1, 2, 6])
  }
}

extension ModelBuilder {
  /// A port of which only the name is said.
  static func named(_ name: String) -> ValueInfoProto {
    var port = ValueInfoProto()
    port.name = name
    return port
  }

  mutating func conditional(
    _ condition: String, _ outputs: [String], then: GraphProto, otherwise: GraphProto
  ) {
    graph("If", [condition], outputs, ["then_branch": then, "else_branch": otherwise])
  }

  /// A node that holds graphs.
  mutating func graph(
    _ type: String, _ inputs: [String], _ outputs: [String], _ graphs: [String: GraphProto],
    _ integers: [String: Int64] = [:], lists: [String: [Int64]] = [:]
  ) {
    node(type, inputs, outputs, name: type, integers: integers)
    let last = proto.graph.node.count - 1
    for (name, graph) in graphs.sorted(by: { $0.key < $1.key }) {
      var attribute = AttributeProto()
      (attribute.name, attribute.type, attribute.g) = (name, .graph, graph)
      proto.graph.node[last].attribute.append(attribute)
    }
    for (name, values) in lists.sorted(by: { $0.key < $1.key }) {
      var attribute = AttributeProto()
      (attribute.name, attribute.type, attribute.ints) = (name, .ints, values)
      proto.graph.node[last].attribute.append(attribute)
    }
  }

  /// The outputs for these inputs, in double precision.
  func values(_ inputs: [String: ReferenceArray]) throws -> [ReferenceArray] {
    let model = try model().model()
    let graph = try Graph { scope in
      let network = model.bound(in: scope)
      return network(
        model.inputs.map { port in scope.input(port.name, inputs[port.name]?.shape ?? [], port.element) })
    }
    return try graph.interpret(
      inputs.merging(model.values.mapValues { ReferenceArray($0) }) { first, _ in first })
  }
}
