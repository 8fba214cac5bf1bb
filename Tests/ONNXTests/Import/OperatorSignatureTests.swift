import Testing

@testable import ONNX

/// What a node has beyond its operator is refused: it was meant for something, and would change nothing.
@Suite struct OperatorSignatureTests {
  private func reason(opset: Int64 = 17, _ body: (inout ModelBuilder) -> Void) throws -> String? {
    var builder = ModelBuilder(opset: opset)
    builder.input("x", ["N", 4])
    builder.output("y", ["N", 4])
    builder.integers("list", [1])
    body(&builder)
    return try builder.model().unsupported.first?.reason
  }

  @Test func refusesUnknownAttributes() throws {
    let found = try reason { $0.node("Softmax", ["x"], ["y"], integers: ["dim": 1]) }
    let reason = try #require(found)
    #expect(reason.contains("attribute 'dim'") && reason.contains("'axis'"), "\(reason)")
    let none = try #require(try self.reason { $0.node("Relu", ["x"], ["y"], integers: ["alpha": 1]) })
    #expect(none.contains("has none"), "\(none)")
  }

  @Test func refusesAttributesOfOtherOperatorSets() throws {
    let early = try #require(
      try reason { $0.step("Unsqueeze", ["x"], "y", lists: ["axes": [1]]) })
    #expect(early.contains("in sets 1 to 12, not in 17"), "\(early)")
    let late = try #require(
      try reason { $0.step("ReduceMean", ["x"], "y", integers: ["noop_with_empty_axes": 1]) })
    #expect(late.contains("from set 18 on"), "\(late)")
    #expect(try reason(opset: 12) { $0.step("Unsqueeze", ["x"], "y", lists: ["axes": [1]]) } == nil)
  }

  @Test func refusesInputsThatTheOperatorDoesNotTake() throws {
    let two = try #require(try reason { $0.node("Relu", ["x", "x"], ["y"]) })
    #expect(two.contains("2 inputs") && two.contains("it has one"), "\(two)")
    let axes = try #require(try reason { $0.node("ReduceMean", ["x", "list"], ["y"]) })
    #expect(axes.contains("from set 18 on"), "\(axes)")
    #expect(try reason(opset: 18) { $0.node("ReduceMean", ["x", "list"], ["y"]) } == nil)
    #expect(try reason { $0.node("Relu", ["x", ""], ["y"]) } == nil)
    #expect(try reason { $0.node("Sum", ["x", "x", "x", "x", "x"], ["y"]) } == nil)
  }

  @Test func passesOverNotesOfRuntimes() throws {
    #expect(try reason { $0.node("Relu", ["x"], ["y"], integers: ["__backend": 1]) } == nil)
  }

  /// Every operator that is understood is in the table, with sets that ascend.
  @Test func theTableIsComplete() {
    let names = Set(OperatorSignature.all.keys)
    #expect(Set(Operator.all.keys).subtracting(names).isEmpty)
    #expect(
      Set(Operator.fused.keys.map { "com.microsoft." + $0 }).subtracting(names) == [
        "com.microsoft.SimplifiedLayerNormalization"
      ])
    for history in OperatorSignature.all.values {
      #expect(zip(history, history.dropFirst()).allSatisfy { $0.version < $1.version })
    }
  }
}
