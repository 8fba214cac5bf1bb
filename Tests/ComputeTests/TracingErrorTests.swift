import Compute
import Testing

/// Misuse is an error of the trace that names the operation, the types and the caller's place; it never crashes.
@Suite struct TracingErrorTests {
  private func failure(
    line: UInt = #line, _ body: (Scope) throws -> Tensor
  ) throws -> GraphError {
    try #require(throws: GraphError.self) { try Graph(line: line) { [try body($0)] } }
  }

  private struct Misuse: Sendable, CustomStringConvertible {
    let description: String
    let words: [String]
    let body: @Sendable (Scope) -> Tensor
  }

  /// The line of each call under test is that of the closure, which the location must name.
  private static let located: [(line: UInt, Misuse)] = [
    (#line, Misuse(description: "matmul", words: ["matmul", "[2, 3]", "[2, 4]"]) { $0.full([2, 3], 1).matmul($0.full([2, 4], 1)) }),
    (#line, Misuse(description: "matmul batch", words: ["matmul", "[2, 1, 1]", "[3, 1, 1]"]) { $0.full([2, 1, 1], 1).matmul($0.full([3, 1, 1], 1)) }),
    (#line, Misuse(description: "convolved", words: ["convolution", "[1, 3, 4, 4]", "[1, 2, 3, 3]"]) { $0.full([1, 3, 4, 4], 1).convolved($0.full([1, 2, 3, 3], 1)) }),
    (#line, Misuse(description: "kernel too large", words: ["convolution", "[1, 1, 2, 2]", "3 by 3"]) { $0.full([1, 1, 2, 2], 1).convolved($0.full([1, 1, 3, 3], 1)) }),
    (#line, Misuse(description: "reshaped", words: ["reshape", "[2, 3]", "[7]"]) { $0.full([2, 3], 1).reshaped([7]) }),
    (#line, Misuse(description: "reshaped open", words: ["reshape", "[2, 3]"]) { $0.full([2, 3], 1).reshaped([4, -1]) }),
    (#line, Misuse(description: "broadcast", words: ["broadcast", "[2, 3]", "[3, 3]"]) { $0.full([2, 3], 1).broadcast(to: [3, 3]) }),
    (#line, Misuse(description: "transposed", words: ["transpose", "[2, 3]"]) { $0.full([2, 3], 1).transposed([0, 0]) }),
    (#line, Misuse(description: "sliced", words: ["slice", "[2, 3]", "axis 1"]) { $0.full([2, 3], 1).sliced(axis: 1, from: 2, count: 2) }),
    (#line, Misuse(description: "sliced axis", words: ["slice", "[2, 3]", "axis 2"]) { $0.full([2, 3], 1).sliced(axis: 2, from: 0, count: 1) }),
    (#line, Misuse(description: "reversed", words: ["reverse", "[2, 3]"]) { $0.full([2, 3], 1).reversed([0, 0]) }),
    (#line, Misuse(description: "padded", words: ["pad", "[2, 3]"]) { $0.full([2, 3], 1).padded(low: [1], high: [0]) }),
    (#line, Misuse(description: "reflected", words: ["pad", "[2]"]) { $0.full([2], 1).padded(low: [2], high: [0], mode: .reflect) }),
    (#line, Misuse(description: "reflected axes", words: ["pad", "[2]"]) { $0.full([2], 1).padded(low: [1, 0], high: [0], mode: .edge) }),
    (#line, Misuse(description: "concatenated", words: ["concatenate", "[2, 3]", "[2, 4]"]) { Tensor.concatenated([$0.full([2, 3], 1), $0.full([2, 4], 1)], axis: 0) }),
    (#line, Misuse(description: "taking", words: ["gather", "float32[3]", "float32[2]"]) { $0.full([3], 1).taking($0.full([2], 1), axis: 0) }),
    (#line, Misuse(description: "taking rows", words: ["takingAlongLastAxis", "[3]", "[2, 2]"]) { $0.full([3], 1).takingAlongLastAxis($0.full([2, 2], 1, .int32)) }),
    (#line, Misuse(description: "sum", words: ["reduce", "bool[2]"]) { $0.full([2], 1, .bool).sum() }),
    (#line, Misuse(description: "sum axis", words: ["reduce", "[2]", "[5]"]) { $0.full([2], 1).sum([5]) }),
    (#line, Misuse(description: "largest of nothing", words: ["reduce", "[0]"]) { $0.full([0], 1).maximum(over: nil) }),
    (#line, Misuse(description: "argmax", words: ["argmax", "[2]", "axis 3"]) { $0.full([2], 1).argmax(axis: 3) }),
    (#line, Misuse(description: "cumulativeSum", words: ["cumulativeSum", "float32[]"]) { $0.full([], 1).cumulativeSum() }),
    (#line, Misuse(description: "top", words: ["topK", "float32[3]", "5"]) { $0.full([3], 1).top(5).values }),
    (#line, Misuse(description: "sorted", words: ["top", "float32[]"]) { $0.full([], 1).sorted() }),
    (#line, Misuse(description: "maxPooled", words: ["windowMaximum", "float32[2, 2]", "3 by 3"]) { $0.full([2, 2], 1).maxPooled(WindowGeometry([3, 3])) }),
    (#line, Misuse(description: "one extent", words: ["windowMaximum"]) { $0.full([2, 2], 1).maxPooled(WindowGeometry([3])) }),
    (#line, Misuse(description: "averagePooled", words: ["sumPooled", "[2]"]) { $0.full([2], 1).averagePooled(WindowGeometry([1, 1])) }),
    (#line, Misuse(description: "adjoint extents", words: ["convolution", "two extents"]) { $0.full([1, 1, 2, 2], 1).convolvedTransposed($0.full([1, 1, 1, 1], 1), .init(), extents: [2]) }),
    (#line, Misuse(description: "flattened", words: ["flattened", "[2]", "axis 3"]) { $0.full([2], 1).flattened(from: 3) }),
    (#line, Misuse(description: "expandingAxis", words: ["expandingAxis", "[2]", "axis 4"]) { $0.full([2], 1).expandingAxis(at: 4) }),
    (#line, Misuse(description: "squeezingAxis", words: ["squeeze", "[2]"]) { $0.full([2], 1).squeezingAxis(at: 0) }),
    (#line, Misuse(description: "iota", words: ["iota", "axis 1"]) { $0.iota([2], axis: 1) }),
    (#line, Misuse(description: "negative iota", words: ["iota", "negative"]) { $0.iota([-2], axis: 0) }),
    (#line, Misuse(description: "negative input", words: ["input 'x'", "negative"]) { $0.input("x", [-1]) }),
    (#line, Misuse(description: "gradient", words: ["gradient", "int32[2]", "float32"]) { $0.full([2], 1, .int32).gradient(withRespectTo: $0.full([2], 1)) }),
    (#line, Misuse(description: "jacobian", words: ["jacobian", "[2]", "[N, K]"]) { $0.full([2], 1).jacobian(withRespectTo: $0.full([2], 1)) }),
    (#line, Misuse(description: "jacobian rows", words: ["jacobian", "[4]"]) { $0.full([2, 3], 1).jacobian(withRespectTo: $0.full([2], 1), rows: [4]) }),
    (#line, Misuse(description: "iterated", words: ["iteration", "float32[2]", "float32[]"]) { $0.full([2], 1).iterated(2) { x in x.sum() } }),
    (#line, Misuse(description: "vmap", words: ["vmap", "[2]", "[3]"]) { vmap { (x: [Tensor]) in x[0] + x[1] }([$0.full([2], 1), $0.full([3], 1)]) }),
  ]

  @Test(arguments: located.indices) func namesTheOperationTheTypesAndTheCall(_ index: Int) throws {
    let (line, misuse) = Self.located[index]
    let error = try failure(line: 1, misuse.body)
    for word in misuse.words { #expect(error.message.contains(word), "\(misuse): \(error)") }
    #expect(error.location?.fileID == "ComputeTests/TracingErrorTests.swift", "\(misuse): \(error)")
    #expect(error.location?.line == Int(line), "\(misuse): \(error)")
  }

  /// Operators and properties cannot take a place; they report where the trace began.
  private static let unlocated: [Misuse] = [
    Misuse(description: "+", words: ["add", "float32[2]", "float32[3]", "broadcast"]) { $0.full([2], 1) + $0.full([3], 1) },
    Misuse(description: "element types", words: ["add", "float32[2]", "int32[2]", "cast"]) { $0.full([2], 1) + $0.full([2], 1, .int32) },
    Misuse(description: "exp", words: ["exp", "int32[2]", "float32"]) { $0.full([2], 1, .int32).exp() },
    Misuse(description: "select", words: ["select", "bool"]) { $0.full([2], 1).select($0.full([2], 1), $0.full([2], 1)) },
    Misuse(description: "fraction of integers", words: ["int32[2]", "1.5"]) { $0.full([2], 1, .int32) + 1.5 },
    Misuse(description: "negative constant", words: ["[-2]", "negative"]) { $0.full([-2], 1) },
    Misuse(description: "one-hot", words: ["iota", "negative"]) { $0.full([2], 1, .int32).oneHot(-1) },
    Misuse(description: "transposed", words: ["transposed", "float32[2]"]) { $0.full([2], 1).transposed },
  ]

  @Test(arguments: unlocated.indices) func reportsTheTraceWhereNoCallIsKnown(_ index: Int) throws {
    let misuse = Self.unlocated[index]
    let error = try failure(line: 7, misuse.body)
    for word in misuse.words { #expect(error.message.contains(word), "\(misuse): \(error)") }
    #expect(error.location?.description == "ComputeTests/TracingErrorTests.swift:7")
  }

  @Test func theFirstMisuseIsReported() throws {
    let error = try failure { scope in
      let wrong = scope.full([2, 3], 1).reshaped([5])
      return wrong.matmul(wrong).transposed([0, 0]).sliced(axis: 9, from: 0, count: 1)
    }
    #expect(error.message.contains("reshape"))
  }

  @Test func namesAreUniqueAndParametersKeepTheirTypes() throws {
    let twice = try failure { $0.input("x", [1]) + $0.input("x", [1]) }
    #expect(twice.message.contains("'x'"))
    let update = try failure { scope in
      scope.update(scope.parameter("w", [2]), with: scope.full([3], 0))
      return scope.full([], 0)
    }
    #expect(update.message.contains("'w'") && update.message.contains("float32[3]"))
    let input = try failure { scope in
      scope.update(scope.input("x", [2]), with: scope.full([2], 0))
      return scope.full([], 0)
    }
    #expect(input.message.contains("not a parameter"))
  }

  @Test func tensorsOfAnotherTraceAreRefused() throws {
    var stolen: Tensor?
    _ = try Graph { scope in
      stolen = scope.full([2], 1)
      return []
    }
    let foreign = try #require(stolen)
    #expect(try failure { $0.full([2], 1) + foreign }.message.contains("different graphs"))
    #expect(try failure { _ in foreign }.message.contains("another graph"))
  }

  @Test func whatTheClosureThrowsIsThrown() {
    struct Refusal: Error {}
    #expect(throws: Refusal.self) { try Graph { _ in throw Refusal() } }
  }
}
