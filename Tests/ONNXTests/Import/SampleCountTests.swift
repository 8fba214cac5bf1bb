import ArrayFiles
import Compute
import ComputeTestSupport
import Networks
import Testing

@testable import ONNX

/// What a model gives for a sample must not depend on how many others there are.
@Suite struct SampleCountTests {
  private func model(_ body: (inout ModelBuilder) -> Void) throws -> Model {
    var builder = ModelBuilder()
    builder.input("x", ["N", 3, 4])
    builder.integer("zero", 0)
    builder.step("Shape", ["x"], "shape")
    builder.step("Gather", ["shape", "zero"], "count")
    body(&builder)
    builder.output("y", ["N", 3, 4])
    return try builder.model().model()
  }

  private func refusal(_ body: (inout ModelBuilder) -> Void) throws -> String {
    "\(try #require(throws: FileError.self) { _ = try model(body) })"
  }

  @Test func refusesDivisionByTheNumber() throws {
    let text = try refusal { builder in
      builder.step("Cast", ["count"], "number", integers: ["to": 1])
      builder.step("Div", ["x", "number"], "y")
    }
    #expect(text.contains("(Cast,") && text.contains("how many samples"), "\(text)")
  }

  /// With three samples, as many as are followed first, this moves nothing.
  @Test func refusesWhatMixesAtOtherNumbers() throws {
    let text = try refusal { builder in
      builder.integers("apart", [3, -1, 4])
      builder.integers("together", [-1, 3, 4])
      builder.step("Reshape", ["x", "apart"], "rows")
      builder.step("Softmax", ["rows"], "mixed", integers: ["axis": 1])
      builder.step("Reshape", ["mixed", "together"], "y")
    }
    #expect(text.contains("(Softmax,") && text.contains("samples"), "\(text)")
  }

  @Test func refusesSamplesThatOnlyLargerBatchesHave() throws {
    let text = try refusal { builder in
      builder.integers("start", [3])
      builder.integers("end", [1000])
      builder.integers("axis", [0])
      builder.step("Slice", ["x", "start", "end", "axis"], "others")
      builder.step("ReduceL1", ["others"], "sum", integers: ["keepdims": 1], lists: ["axes": [0]])
      builder.step("Add", ["x", "sum"], "y")
    }
    #expect(text.contains("samples"), "\(text)")
  }

  /// Mean over rows or over columns: the same operations on the same values.
  @Test func refusesAxesThatTheNumberDecides() throws {
    let text = try refusal { builder in
      builder.integers("two", [2])
      builder.integers("first", [0])
      builder.step("Unsqueeze", ["count", "first"], "list")
      builder.step("Sub", ["list", "two"], "less")
      builder.step("Min", ["less", "two"], "axis")
      builder.step("ReduceSum", ["x", "axis"], "sum", integers: ["keepdims": 1])
      builder.step("Add", ["x", "sum"], "y")
    }
    #expect(text.contains("(ReduceSum,") && text.contains("how many samples"), "\(text)")
  }

  /// The number may be asked for where it says a shape.
  @Test(arguments: [1, 2, 4, 7]) func takesTheNumberInShapes(_ count: Int) throws {
    let taken = try model { builder in
      builder.integers("one", [1])
      builder.integers("first", [0])
      builder.integers("rest", [3, 4])
      builder.step("Unsqueeze", ["count", "first"], "list")
      builder.step("Concat", ["list", "rest"], "whole", integers: ["axis": 0])
      builder.weight("token", [1, 3, 4], (0..<12).map { Float($0) / 12 })
      builder.step("Expand", ["token", "whole"], "tokens")
      builder.step("Add", ["x", "tokens"], "y")
    }
    let x = HostArray.scattered([count, 3, 4])
    let whole = try taken.interpreted(x)[0].values
    for sample in 0..<count {
      let alone = try taken.interpreted(x.sample(sample))[0].values
      #expect(Array(whole[(sample * 12)..<(sample * 12 + 12)]) == alone)
    }
  }
}
