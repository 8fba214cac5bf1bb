import Compute
import ComputeTestSupport
import Networks
import Testing

@testable import ONNX

/// Importing takes time in proportion to the file.
@Suite(.serialized) struct LinearTimeTests {
  /// Models that grow with a number.
  enum Growth: CaseIterable {
    case chain, functions, residuals, readers, values, constants, longNames

    func bytes(_ count: Int) throws -> [UInt8] {
      var builder = ModelBuilder()
      builder.input("x", ["N", 4])
      builder.output("y", ["N", 4])
      builder.weight("c", [1], [0.5])
      switch self {
      case .chain: chain(&builder, count) { $0.node("Add", [$1, "x"], [$2]) }
      case .functions: chain(&builder, count) { $0.node("Neg", [$1], [$2]) }
      case .residuals:
        chain(&builder, count / 2) { builder, from, to in
          builder.node("Tanh", [from], [to + "t"])
          builder.node("Add", [from, to + "t"], [to])
        }
      case .readers:
        for index in 0..<count { builder.node("Mul", ["x", "c"], ["v\(index)"]) }
        builder.node("Sum", (0..<count).map { "v\($0)" }, ["y"])
      case .values:
        for index in 0..<count / 2 { builder.weight("w\(index)", [1], [Float(index)]) }
        chain(&builder, count / 2) { $0.node("Mul", [$1, "w" + $2.dropFirst()], [$2]) }
      case .constants:
        chain(&builder, count, from: "c") { $0.node("Add", [$1, "c"], [$2]) }
      case .longNames:
        let name = String(repeating: "n", count: count)
        builder.weight(name, [1], [2])
        chain(&builder, 50) { $0.node("Mul", [$1, name], [$2]) }
      }
      if self == .constants {
        builder.proto.graph.node[builder.proto.graph.node.count - 1].output = ["last"]
        builder.node("Mul", ["x", "last"], ["y"])
      }
      return try builder.bytes()
    }

    private func chain(
      _ builder: inout ModelBuilder, _ count: Int, from start: String = "x",
      _ step: (inout ModelBuilder, String, String) -> Void
    ) {
      for index in 0..<count {
        step(
          &builder, index == 0 ? start : "v\(index - 1)",
          index == count - 1 && self != .values ? "y" : "v\(index)")
      }
      if self == .values { builder.node("Neg", ["v\(count - 1)"], ["y"]) }
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
    let ratio = try growth(doubling: size, until: 2.6) { try prepare(try growing.bytes($0)) }
    #expect(ratio < 2.6)
  }

  @Test(arguments: [Growth.chain, .functions]) func aHundredThousandNodesAreImported(_ growing: Growth) throws
  {
    let bytes = try growing.bytes(100_000)
    #expect(try processorSeconds { try prepare(bytes) } < 30)
  }
}
