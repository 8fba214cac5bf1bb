import Compute
import ComputeTestSupport
import Networks
import Testing

@testable import ONNX

/// Importing takes time in proportion to the file.
@Suite(.serialized) struct LinearTimeTests {
  /// Models that grow with a number.
  enum Growth: CaseIterable {
    case chain, ownConstants, functions, residuals, readers, constants, longNames

    func bytes(_ count: Int) throws -> [UInt8] {
      var builder = ModelBuilder()
      builder.input("x", ["N", 4])
      builder.output("y", ["N", 4])
      builder.weight("c", [1], [0.5])
      let nodes = Nodes()
      switch self {
      case .chain: chain(nodes, count) { [("Add", [$0, "x"], $1)] }
      case .ownConstants:
        builder.proto.graph.initializer += (0..<count).map { index in
          var tensor = TensorProto()
          (tensor.name, tensor.dims, tensor.dataType, tensor.floatData) = (
            "c\(index)", [1], 1, [Float(index)]
          )
          return tensor
        }
        chain(nodes, count) { [("Add", [$0, "c" + ($1 == "y" ? "0" : String($1.dropFirst()))], $1)] }
      case .functions: chain(nodes, count) { [("Neg", [$0], $1)] }
      case .residuals:
        chain(nodes, count / 2) { [("Tanh", [$0], $1 + "t"), ("Add", [$0, $1 + "t"], $1)] }
      case .readers:
        for index in 0..<count { nodes.add("Mul", ["x", "c"], "v\(index)") }
        nodes.add("Sum", (0..<count).map { "v\($0)" }, "y")
      case .constants:
        chain(nodes, count, from: "c", to: "last") { [("Add", [$0, "c"], $1)] }
        nodes.add("Mul", ["x", "last"], "y")
      case .longNames:
        let name = String(repeating: "n", count: count)
        builder.weight(name, [1], [2])
        chain(nodes, 50) { [("Mul", [$0, name], $1)] }
      }
      builder.proto.graph.node = nodes.all
      return try builder.bytes()
    }

    private typealias Step = (type: String, inputs: [String], output: String)

    private func chain(
      _ nodes: Nodes, _ count: Int, from start: String = "x", to end: String = "y",
      _ step: (String, String) -> [Step]
    ) {
      for index in 0..<count {
        let (from, to) = (index == 0 ? start : "v\(index - 1)", index == count - 1 ? end : "v\(index)")
        for node in step(from, to) { nodes.add(node.type, node.inputs, node.output) }
      }
    }
  }

  /// Nodes put together in an array of their own: appending one to a message copies all that it holds.
  private final class Nodes {
    private(set) var all: [NodeProto] = []

    func add(_ type: String, _ inputs: [String], _ output: String) {
      var node = NodeProto()
      (node.opType, node.input, node.output) = (type, inputs, [output])
      all.append(node)
    }
  }

  private func prepare(_ bytes: [UInt8]) throws {
    let model = try ONNXModel(bytes: bytes, path: "test.onnx").model()
    let graph = try Graph { scope in
      let network = model.bound(in: scope)
      return network([scope.input("x", [3, 4])])
    }
    #expect(Plan(graph, family: .cpu).launchCount > 0)
  }

  @Test(arguments: Growth.allCases) func twiceTheFileTakesTwiceAsLong(_ growing: Growth) throws {
    let size = growing == .longNames ? 100_000 : 2000
    let files = [size: try growing.bytes(size), 2 * size: try growing.bytes(2 * size)]
    let ratio = try growth(doubling: size, until: 2.6) { try prepare(try #require(files[$0])) }
    #expect(ratio < 2.6)
  }

  @Test(arguments: [Growth.chain, .functions]) func aHundredThousandNodesAreImported(_ growing: Growth) throws
  {
    let bytes = try growing.bytes(100_000)
    #expect(try processorSeconds { try prepare(bytes) } < 30)
  }

  @Test func remarksOnAClassifierNeedNoTraceOfTheirOwn() throws {
    let classifier = try ONNXModel(bytes: try Growth.chain.bytes(3), path: "test.onnx").classifier()
    #expect(try classifier.classCount(for: [4]) == 4)
    let found = classifier.plainTypes.answer(to: TensorType([1, 4])) {
      Issue.record("the model would be traced once more")
      return TensorType([])
    }
    #expect(found == TensorType([1, 4]))
    #expect(try classifier.remarks(for: [4]).isEmpty)
  }
}
