import Compute
import ComputeTestSupport
import Testing

/// A loop means its iterations written out: in value, in derivative, and under vmap.
@Suite struct LoopTests {
  private static let x = SampleInput.smooth([3])
  private static let y = SampleInput.smooth([3])

  /// Each loop, as a sample of `x` and `y`, and the same computation without loops.
  private static let pairs: [(loop: PrimitiveSample, unrolled: PrimitiveSample)] = [
    pair("plain", { x, _ in x[0].iterated(3) { $0.sin() } }, { x, _ in x[0].sin().sin().sin() }),
    pair(
      "iteration number", { x, _ in x[0].iterated(3) { $0 * 0.5 + $1.cast(to: .float32) } },
      { x, _ in ((x[0] * 0.5) * 0.5 + 1) * 0.5 + 2 }),
    pair(
      "captured value", { x, _ in x[0].iterated(2) { $0.sin() * x[1] } },
      { x, _ in (x[0].sin() * x[1]).sin() * x[1] }),
    pair(
      "captured and carried value", { x, _ in x[0].iterated(2) { $0 * x[0] } }, { x, _ in x[0] * x[0] * x[0] }
    ),
    pair(
      "captured computation and constant", { x, _ in x[0].iterated(2) { $0 + x[1].exp() * 0.5 } },
      { x, _ in x[0] + x[1].exp() * 0.5 + x[1].exp() * 0.5 }),
    pair(
      "two carried values", { x, _ in x.iterated(3) { [$0[1], $0[0] * $0[1]] }[0] },
      { x, _ in x[0] * x[1] * x[1] }),
    pair(
      "captured view", { x, _ in x[0].iterated(2) { $0 * x[1].reversed([0]) } },
      { x, _ in x[0] * x[1].reversed([0]) * x[1].reversed([0]) }),
    pair("no iteration", { x, _ in x[0].iterated(0) { $0.sin() } }, { x, _ in x[0] }),
    pair("a state that ignores itself", { x, _ in x[0].iterated(2) { _ in x[1] } }, { x, _ in x[1] }),
    pair(
      "nested", { x, _ in x[0].iterated(2) { outer in outer.iterated(2) { $0.sin() * outer } } },
      { x, _ in
        let once = (x[0].sin() * x[0]).sin() * x[0]
        return (once.sin() * once).sin() * once
      }),
    pair(
      "nested with both numbers",
      { x, _ in
        x[0].iterated(2) { outer, i in
          outer.iterated(2) { $0 * 0.5 + (i * 10 + $1).cast(to: .float32) * x[1] }
        }
      },
      { x, _ in ((x[0] * 0.25 + x[1]) * 0.5 + 10 * x[1]) * 0.5 + 11 * x[1] }),
    pair(
      "gradient inside",
      { x, _ in x[0].iterated(2) { state in state - gradient { ($0 * x[1]).sin() }(state) } },
      { x, _ in
        let once = x[0] - (x[0] * x[1]).cos() * x[1]
        return once - (once * x[1]).cos() * x[1]
      }),
    pair(
      "vmap inside",
      { x, _ in x[0].iterated(2) { state in vmap { (m: Tensor) in m.sin() * x[1].sum() }(state) } },
      { x, _ in (x[0].sin() * x[1].sum()).sin() * x[1].sum() }),
    pair(
      "loop inside vmap inside loop",
      { x, _ in x[0].iterated(2) { state in vmap { (m: Tensor) in m.iterated(2) { $0.sin() * m } }(state) } },
      { x, _ in
        let once = (x[0].sin() * x[0]).sin() * x[0]
        return (once.sin() * once).sin() * once
      }),
  ]

  private static func pair(
    _ name: String, _ loop: @escaping @Sendable ([Tensor], Scope) -> Tensor,
    _ unrolled: @escaping @Sendable ([Tensor], Scope) -> Tensor
  ) -> (loop: PrimitiveSample, unrolled: PrimitiveSample) {
    (
      PrimitiveSample(name, [x, y]) { loop($0, $0[0].scope) },
      PrimitiveSample(name, [x, y]) { unrolled($0, $0[0].scope) }
    )
  }

  @Test(arguments: pairs.indices) func equalsItsIterationsWrittenOut(_ index: Int) throws {
    let (loop, unrolled) = Self.pairs[index]
    let graph = try loop.derivativeGraph(upTo: 2)
    let arguments = loop.arguments(for: graph)
    let found = try graph.interpret(arguments)
    for (value, expected) in zip(found, try unrolled.derivativeGraph(upTo: 2).interpret(arguments)) {
      try requireClose(value, expected, tolerance: 1e-12, "\(loop)")
    }
  }

  @Test(arguments: pairs.indices) func obeysTheLawsOfPrimitives(_ index: Int) async throws {
    try await checkPrimitive(Self.pairs[index].loop)
  }

  @Test func theBodyIsTracedOnceAndInvariantsStayOutside() throws {
    let graph = try Graph { scope in
      let x = scope.input("x", [2])
      return [x.iterated(100) { $0 + x.exp() }]
    }
    #expect(graph.nodes.count == 3)
    let outside = graph.description.split(separator: "\n").filter { !$0.hasPrefix("  ") }
    #expect(outside.contains { $0.contains("map(exp)") })
  }

  @Test func carriesIntegersAndTruthValues() throws {
    let values = try evaluate { scope in
      let counted = [scope.full([], 0, .int32), scope.full([], 1, .bool).cast(to: .int32)].iterated(5) {
        state, i in
        [state[0] + i, state[1] * 2]
      }
      return counted
    }
    #expect(values.map(\.integers) == [[10], [32]])
  }
}
