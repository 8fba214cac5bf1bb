import ArrayFiles
import Testing

@testable import ONNX

/// Functions that a file defines are counted in bytes as in nodes, before they are there.
@Suite struct FunctionGrowthTests {
  /// A chain of functions, each of which calls the next `width` times; the last one applies `last`.
  private func chain(_ depth: Int, width: Int = 1, name: String = "", last: NodeProto) -> ModelBuilder {
    var builder = ModelBuilder()
    builder.input("x", ["N", 2])
    builder.output("y", ["N", 2])
    builder.proto.opsetImport.append(OperatorSetIdProto())
    (builder.proto.opsetImport[1].domain, builder.proto.opsetImport[1].version) = ("own", 1)
    builder.node("f0", ["x"], ["y"], name: name, domain: "own")
    for level in 0..<depth {
      var function = FunctionProto()
      (function.domain, function.name, function.opsetImport) = ("own", "f\(level)", builder.proto.opsetImport)
      (function.input, function.output) = (["a"], ["b"])
      for index in 0..<width {
        var call = NodeProto()
        (call.domain, call.opType, call.name) = ("own", "f\(level + 1)", name)
        if level == depth - 1 { call = last }
        call.input = [index == 0 ? "a" : "value\(index)"]
        call.output = [index == width - 1 ? "b" : "value\(index + 1)"]
        function.node.append(call)
      }
      builder.proto.functions.append(function)
    }
    return builder
  }

  private var relu: NodeProto {
    var node = NodeProto()
    node.opType = "Relu"
    return node
  }

  @Test func namesGrowByDepthAlone() throws {
    let model = try chain(30, last: relu).model()
    #expect(model.nodes.count == 1 && (model.nodes.first?.name.utf8.count ?? .max) < 1_000)
  }

  @Test func countsNodes() {
    let error = #expect(throws: FileError.self) { try chain(30, width: 2, last: relu).model() }
    #expect(error?.message.contains("nodes") == true)
  }

  @Test func countsNames() {
    let name = String(repeating: "n", count: 1 << 16)
    let error = #expect(throws: FileError.self) { try chain(16, width: 2, name: name, last: relu).model() }
    #expect(error?.message.contains("MiB of names and constants") == true)
  }

  @Test func countsConstants() {
    var constant = relu
    constant.opType = "Constant"
    var value = AttributeProto()
    (value.name, value.type) = ("value", .tensor)
    value.t.dims = [1 << 18]
    value.t.dataType = 1
    value.t.floatData = [Float](repeating: 1, count: 1 << 18)
    constant.attribute = [value]
    let error = #expect(throws: FileError.self) { try chain(10, width: 2, last: constant).model() }
    #expect(error?.message.contains("MiB of names and constants") == true)
  }
}
