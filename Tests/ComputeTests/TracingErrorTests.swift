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
    /// What the message must contain.
    let words: [String]
    /// The misuse, and the line on which it is.
    let body: @Sendable (Scope) -> (Tensor, UInt)

    init(_ description: String, _ words: [String], _ body: @escaping @Sendable (Scope) -> (Tensor, UInt)) {
      (self.description, self.words, self.body) = (description, words, body)
    }
  }

  /// Calls that take the caller's place.
  private static let located: [Misuse] = [
    Misuse("matmul", ["matmul", "[2, 3]", "[2, 4]"]) {
      ($0.full([2, 3], 1).matmul($0.full([2, 4], 1)), #line)
    },
    Misuse("matmul batch", ["matmul", "[2, 1, 1]", "[3, 1, 1]"]) {
      ($0.full([2, 1, 1], 1).matmul($0.full([3, 1, 1], 1)), #line)
    },
    Misuse("convolved", ["convolution", "[1, 3, 4, 4]", "[1, 2, 3, 3]"]) {
      ($0.full([1, 3, 4, 4], 1).convolved($0.full([1, 2, 3, 3], 1)), #line)
    },
    Misuse("kernel too large", ["convolution", "[1, 1, 2, 2]", "3 by 3"]) {
      ($0.full([1, 1, 2, 2], 1).convolved($0.full([1, 1, 3, 3], 1)), #line)
    },
    Misuse("reshaped", ["reshape", "[2, 3]", "[7]"]) {
      ($0.full([2, 3], 1).reshaped([7]), #line)
    },
    Misuse("reshaped open", ["reshape", "[2, 3]"]) {
      ($0.full([2, 3], 1).reshaped([4, -1]), #line)
    },
    Misuse("broadcast", ["broadcast", "[2, 3]", "[3, 3]"]) {
      ($0.full([2, 3], 1).broadcast(to: [3, 3]), #line)
    },
    Misuse("transposed", ["transpose", "[2, 3]"]) {
      ($0.full([2, 3], 1).transposed([0, 0]), #line)
    },
    Misuse("sliced", ["slice", "[2, 3]", "axis 1"]) {
      ($0.full([2, 3], 1).sliced(axis: 1, from: 2, count: 2), #line)
    },
    Misuse("sliced axis", ["slice", "[2, 3]", "axis 2"]) {
      ($0.full([2, 3], 1).sliced(axis: 2, from: 0, count: 1), #line)
    },
    Misuse("reversed", ["reverse", "[2, 3]"]) {
      ($0.full([2, 3], 1).reversed([0, 0]), #line)
    },
    Misuse("padded", ["pad", "[2, 3]"]) {
      ($0.full([2, 3], 1).padded(low: [1], high: [0]), #line)
    },
    Misuse("reflected", ["pad", "[2]"]) {
      ($0.full([2], 1).padded(low: [2], high: [0], mode: .reflect), #line)
    },
    Misuse("reflected axes", ["pad", "[2]"]) {
      ($0.full([2], 1).padded(low: [1, 0], high: [0], mode: .edge), #line)
    },
    Misuse("concatenated", ["concatenate", "[2, 3]", "[2, 4]"]) {
      (Tensor.concatenated([$0.full([2, 3], 1), $0.full([2, 4], 1)], axis: 0), #line)
    },
    Misuse("taking", ["gather", "float32[3]", "float32[2]"]) {
      ($0.full([3], 1).taking($0.full([2], 1), axis: 0), #line)
    },
    Misuse("taking rows", ["takingAlongLastAxis", "[3]", "[2, 2]"]) {
      ($0.full([3], 1).takingAlongLastAxis($0.full([2, 2], 1, .int32)), #line)
    },
    Misuse("sum", ["reduce", "bool[2]"]) {
      ($0.full([2], 1, .bool).sum(), #line)
    },
    Misuse("sum axis", ["reduce", "[2]", "[5]"]) {
      ($0.full([2], 1).sum([5]), #line)
    },
    Misuse("largest of nothing", ["reduce", "[0]"]) {
      ($0.full([0], 1).maximum(over: nil), #line)
    },
    Misuse("argmax", ["argmax", "[2]", "axis 3"]) {
      ($0.full([2], 1).argmax(axis: 3), #line)
    },
    Misuse("cumulativeSum", ["cumulativeSum", "float32[]"]) {
      ($0.full([], 1).cumulativeSum(), #line)
    },
    Misuse("top", ["topK", "float32[3]", "5"]) {
      ($0.full([3], 1).top(5).values, #line)
    },
    Misuse("sorted", ["top", "float32[]"]) {
      ($0.full([], 1).sorted(), #line)
    },
    Misuse("maxPooled", ["windowMaximum", "float32[2, 2]", "3 by 3"]) {
      ($0.full([2, 2], 1).maxPooled(WindowGeometry([3, 3])), #line)
    },
    Misuse("one extent", ["windowMaximum"]) {
      ($0.full([2, 2], 1).maxPooled(WindowGeometry([3])), #line)
    },
    Misuse("averagePooled", ["sumPooled", "[2]"]) {
      ($0.full([2], 1).averagePooled(WindowGeometry([1, 1])), #line)
    },
    Misuse("adjoint extents", ["convolution", "two extents"]) {
      ($0.full([1, 1, 2, 2], 1).convolvedTransposed($0.full([1, 1, 1, 1], 1), .init(), extents: [2]), #line)
    },
    Misuse("flattened", ["flattened", "[2]", "axis 3"]) {
      ($0.full([2], 1).flattened(from: 3), #line)
    },
    Misuse("expandingAxis", ["expandingAxis", "[2]", "axis 4"]) {
      ($0.full([2], 1).expandingAxis(at: 4), #line)
    },
    Misuse("squeezingAxis", ["squeeze", "[2]"]) {
      ($0.full([2], 1).squeezingAxis(at: 0), #line)
    },
    Misuse("iota", ["iota", "axis 1"]) {
      ($0.iota([2], axis: 1), #line)
    },
    Misuse("negative iota", ["iota", "negative"]) {
      ($0.iota([-2], axis: 0), #line)
    },
    Misuse("negative input", ["input 'x'", "negative"]) {
      ($0.input("x", [-1]), #line)
    },
    Misuse("gradient", ["gradient", "int32[2]", "float32"]) {
      ($0.full([2], 1, .int32).gradient(withRespectTo: $0.full([2], 1)), #line)
    },
    Misuse("jacobian", ["jacobian", "[2]", "[N, K]"]) {
      ($0.full([2], 1).jacobian(withRespectTo: $0.full([2], 1)), #line)
    },
    Misuse("jacobian rows", ["jacobian", "[4]"]) {
      ($0.full([2, 3], 1).jacobian(withRespectTo: $0.full([2], 1), rows: [4]), #line)
    },
    Misuse("iterated", ["iteration", "float32[2]", "float32[]"]) {
      ($0.full([2], 1).iterated(2) { x in x.sum() }, #line)
    },
    Misuse("vmap", ["vmap", "[2]", "[3]"]) {
      (vmap { (x: [Tensor]) in x[0] + x[1] }([$0.full([2], 1), $0.full([3], 1)]), #line)
    },
  ]

  @Test(arguments: located.indices) func namesTheOperationTheTypesAndTheCall(_ index: Int) throws {
    try check(Self.located[index])
  }

  private func check(_ misuse: Misuse) throws {
    var line: UInt = 0
    let error = try failure(line: 7) { scope in
      let (tensor, place) = misuse.body(scope)
      line = place
      return tensor
    }
    for word in misuse.words { #expect(error.message.contains(word), "\(misuse): \(error)") }
    #expect(
      error.location?.description == "ComputeTests/TracingErrorTests.swift:\(line)", "\(misuse): \(error)")
  }

  /// Operators and properties cannot take a place as an argument; it is found on the stack.
  private static let unlocated: [Misuse] = [
    Misuse("+", ["add", "float32[2]", "float32[3]", "broadcast"]) {
      ($0.full([2], 1) + $0.full([3], 1), #line)
    },
    Misuse("element types", ["add", "float32[2]", "int32[2]", "cast"]) {
      ($0.full([2], 1) + $0.full([2], 1, .int32), #line)
    },
    Misuse("exp", ["exp", "int32[2]", "float32"]) {
      ($0.full([2], 1, .int32).exp(), #line)
    },
    Misuse("select", ["select", "bool"]) {
      ($0.full([2], 1).select($0.full([2], 1), $0.full([2], 1)), #line)
    },
    Misuse("fraction of integers", ["int32[2]", "1.5"]) {
      ($0.full([2], 1, .int32) + 1.5, #line)
    },
    Misuse("negative constant", ["[-2]", "negative"]) {
      ($0.full([-2], 1), #line)
    },
    Misuse("one-hot", ["iota", "negative"]) {
      ($0.full([2], 1, .int32).oneHot(-1), #line)
    },
    Misuse("transposed", ["transposed", "float32[2]"]) {
      ($0.full([2], 1).transposed, #line)
    },
  ]

  @Test(arguments: unlocated.indices) func findsThePlaceOfOperators(_ index: Int) throws {
    try check(Self.unlocated[index])
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
