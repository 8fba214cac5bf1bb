import Compute
import ComputeTestSupport
import Foundation
import Testing

/// A saved graph is read whole or refused; damaged ones never crash.
@Suite struct GraphCodingTests {
  private static let type = #"{"shape": [2], "element": 0}"#
  private static let integers = #"{"shape": [2], "element": 1}"#
  private static let input = node(#""input": "x", "role": "argument""#)

  private static func node(_ what: String, inputs: String = "[]", types: String = "[\(type)]") -> String {
    #"{\#(what), "inputs": \#(inputs), "types": \#(types)}"#
  }

  private static func operation(
    _ name: String, _ attributes: String = "{}", inputs: String = "[0]", types: String? = nil
  )
    -> String
  {
    node(
      #""operation": "\#(name)", "attributes": \#(attributes)"#, inputs: inputs, types: types ?? "[\(type)]")
  }

  private static func graph(_ nodes: [String], outputs: String = "[0]", updates: String = "[]") -> String {
    #"{"nodes": [\#(nodes.joined(separator: ", "))], "outputs": \#(outputs), "updates": \#(updates)}"#
  }

  private func read(_ text: String) throws -> Graph {
    try JSONDecoder().decode(Graph.self, from: Data(text.utf8))
  }

  @Test func readsWhatIsWellFormed() throws {
    let text = Self.graph([Self.input, Self.operation("map", #"{"function": "exp"}"#)], outputs: "[1]")
    #expect(try read(text) == Graph { [$0.input("x", [2]).exp()] })
  }

  private static let damaged: [String: String] = [
    "not a graph": "[]",
    "no nodes": #"{"outputs": []}"#,
    "missing output": graph([input], outputs: "[1]"),
    "negative output": graph([input], outputs: "[-1]"),
    "self reference": graph([input, operation("map", #"{"function": "exp"}"#, inputs: "[1]")]),
    "forward reference": graph([input, operation("map", #"{"function": "exp"}"#, inputs: "[2]"), input]),
    "negative reference": graph([input, operation("map", #"{"function": "exp"}"#, inputs: "[-1]")]),
    "unknown primitive": graph([input, operation("teleport")]),
    "unknown function": graph([input, operation("map", #"{"function": "teleport"}"#)]),
    "missing operand": graph([input, operation("map", #"{"function": "add"}"#)]),
    "no operand": graph([input, operation("reverse", #"{"axes": [0]}"#, inputs: "[]")]),
    "two operands": graph([input, operation("reverse", #"{"axes": [0]}"#, inputs: "[0, 0]")]),
    "matmul of one": graph([input, operation("matmul")]),
    "concatenation of nothing": graph([input, operation("concatenate", #"{"axis": 0}"#, inputs: "[]")]),
    "wrong type": graph([input, operation("map", #"{"function": "exp"}"#, types: "[\(integers)]")]),
    "no type": graph([input, operation("map", #"{"function": "exp"}"#, types: "[]")]),
    "two types": graph([input, operation("map", #"{"function": "exp"}"#, types: "[\(type), \(type)]")]),
    "unknown element": graph([
      node(#""input": "x", "role": "argument""#, types: #"[{"shape": [2], "element": 77}]"#)
    ]),
    "negative extent": graph([
      node(#""input": "x", "role": "argument""#, types: #"[{"shape": [-2], "element": 0}]"#)
    ]),
    "huge shape": graph([
      node(
        #""input": "x", "role": "argument""#, types: #"[{"shape": [4294967296, 4294967296], "element": 0}]"#)
    ]),
    "negative iota": graph([
      operation(
        "iota", #"{"type": {"shape": [-1], "element": 1}, "axis": 0}"#, inputs: "[]", types: "[\(integers)]")
    ]),
    "huge slice": graph([
      input, operation("slice", #"{"starts": [9223372036854775807], "shape": [2], "steps": [2]}"#),
    ]),
    "huge padding": graph([
      input, operation("pad", #"{"low": [9223372036854775807], "high": [1], "interior": [0], "value": 0}"#),
    ]),
    "padding with words": graph([
      input, operation("pad", #"{"low": [0], "high": [0], "interior": [0], "value": "much"}"#),
    ]),
    "window of one axis": graph([
      node(#""input": "x", "role": "argument""#, types: #"[{"shape": [1, 2, 2], "element": 0}]"#),
      operation(
        "windowSum",
        #"{"window": {"extents": [1], "stride": [1, 1], "dilation": [1, 1], "low": [0, 0], "high": [0, 0]}}"#),
    ]),
    "adjoint without extents": graph([
      node(#""input": "x", "role": "argument""#, types: #"[{"shape": [1, 1, 1, 1], "element": 0}]"#),
      operation(
        "convolution",
        #"""
        {"role": "image", "extents": [], "geometry":
          {"stride": [1, 1], "low": [0, 0], "high": [0, 0], "dilation": [1, 1], "groups": 1}}
        """#, inputs: "[0, 0]", types: #"[{"shape": [1, 1, 1, 1], "element": 0}]"#),
    ]),
    "two inputs of one name": graph([input, input]),
    "constant of too few bytes": graph([node(#""constant": {"elements": {"type": \#(type), "bytes": [0]}}"#)]
    ),
    "constant of another type": graph([node(#""constant": {"splat": 1, "type": \#(integers)}"#)]),
    "constant out of range": graph([
      node(#""constant": {"splat": 1.5, "type": \#(integers)}"#, types: "[\(integers)]")
    ]),
    "input that reads": graph([input, node(#""input": "y", "role": "argument""#, inputs: "[0]")]),
    "no such result": graph([input, node(#""result": 3"#, inputs: "[0]")]),
    "result of nothing": graph([input, node(#""result": 0"#)]),
    "update of nothing": graph([input], updates: #"[{"parameter": "w", "value": 0}]"#),
    "update of an argument": graph([input], updates: #"[{"parameter": "x", "value": 0}]"#),
    "update by no node": graph([input], updates: #"[{"parameter": "x", "value": 4}]"#),
    "loop without a number": graph([input, loop(body: graph([input]))]),
    "loop of another type": graph([
      input,
      loop(
        body: graph(
          [number, node(#""input": "s", "role": "argument""#, types: "[\(integers)]")], outputs: "[1]")),
    ]),
    "loop that carries more than it has": graph([
      input, loop(carried: 2, body: graph([number, input], outputs: "[1]")),
    ]),
    "loop of a damaged body": graph([
      input, loop(body: graph([number, operation("teleport")], outputs: "[1]")),
    ]),
  ]

  private static let number = node(
    #""input": "iteration", "role": "argument""#, types: #"[{"shape": [], "element": 1}]"#)

  private static func loop(carried: Int = 1, body: String) -> String {
    node(#""loop": {"count": 2, "carried": \#(carried), "body": \#(body)}"#, inputs: "[0]")
  }

  @Test func readsALoop() throws {
    let graph = try read(
      Self.graph(
        [Self.input, Self.loop(body: Self.graph([Self.number, Self.input], outputs: "[1]"))], outputs: "[1]"))
    let x = ReferenceArray(TensorType([2]), [1, 2])
    #expect(try graph.interpret(["x": x]) == [x])
  }

  @Test(arguments: damaged.keys.sorted()) func refusesWhatIsDamaged(_ name: String) throws {
    let text = try #require(Self.damaged[name])
    #expect(throws: DecodingError.self) { try read(text) }
  }

  /// Whatever one digit or letter of a saved graph becomes, reading it gives a graph or an error.
  @Test func survivesEveryChangeOfOneCharacter() throws {
    let graph = try PrimitiveSample.all.first { $0.name == "pad between elements" }?.derivativeGraph(upTo: 1)
    let data = try JSONEncoder().encode(try #require(graph))
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<400 {
      var damaged = data
      let place = Int.random(in: damaged.indices, using: &generator)
      damaged[place] = UInt8.random(in: 32..<127, using: &generator)
      do {
        let read = try JSONDecoder().decode(Graph.self, from: damaged)
        #expect(read.outputTypes.count == read.outputs.count)
      } catch is DecodingError {}
    }
  }
}
