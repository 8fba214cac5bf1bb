import ComputeTestSupport
import Testing

@testable import Compute

@Suite struct SelectionFusionTests {
  /// A shortcut without parameters: every other pixel, and channels of zeros around.
  private static func shortcut(_ x: Tensor, low: Int, high: Int) -> Tensor {
    let rows = x.sliced(axis: x.rank - 2, from: 0, count: (x.shape[x.rank - 2] + 1) / 2, step: 2)
    let fewer = rows.sliced(axis: x.rank - 1, from: 0, count: (x.shape[x.rank - 1] + 1) / 2, step: 2)
    var (before, behind) = ([Int](repeating: 0, count: x.rank), [Int](repeating: 0, count: x.rank))
    (before[x.rank - 3], behind[x.rank - 3]) = (low, high)
    return fewer.padded(low: before, high: behind)
  }

  private static func selections(_ graph: Graph) -> Int {
    let optimized = graph.optimized(for: .cpu, .all)
    return optimized.nodes.indices.filter { optimized.operation($0, Selection.self) != nil }.count
  }

  @Test func aShortcutAndItsDerivativeAreOneSelectionEach() throws {
    let graph = try Graph { scope in
      let x = scope.input("x", [2, 16, 8, 8])
      let y = Self.shortcut(x, low: 8, high: 8)
      return [y, (y * y).sum().gradient(withRespectTo: x)]
    }
    #expect(Self.selections(graph) == 2)
    #expect(Plan(graph, family: .cpu).launchesByKernel["select_blocked"] == 2)
    #expect(
      Self.selections(try Graph { [Self.shortcut($0.input("x", [2, 8, 8, 8]), low: 8, high: 8)] }) == 0)
  }

  /// The rows of a Jacobian go through shortcuts as samples do.
  @Test func rowsOfAJacobianAreSelectedToo() throws {
    let graph = try Graph { scope in
      let x = scope.input("x", [2, 16, 8, 8])
      let weight = scope.parameter("weight", [32, 32, 3, 3])
      let y = Self.shortcut(x, low: 8, high: 8).convolved(weight, padding: 1).relu()
      return [y.sum([2, 3]).jacobian(withRespectTo: x)]
    }
    #expect(Self.selections(graph) == 2)
  }

  @Test(arguments: [
    ([2, 16, 8, 7], 8, 8), ([1, 20, 5, 5], 3, 13), ([3, 33, 4, 6], 0, 5), ([2, 16, 3, 9], 16, 1),
  ])
  func theOptimizedGraphMeansTheSame(_ extents: [Int], _ low: Int, _ high: Int) throws {
    let graph = try Graph { scope in
      let x = scope.input("x", Shape(extents))
      let y = Self.shortcut(x, low: low, high: high)
      return [y, (y * y).sum().gradient(withRespectTo: x)]
    }
    #expect(Self.selections(graph) == 2)
    let arguments = ReferenceModel.arguments(for: graph, seed: 3).mapValues(ReferenceArray.init)
    let optimized = graph.optimized(for: .cpu, .all)
    #expect(try graph.interpret(arguments) == optimized.interpret(arguments))
  }

  @Test func aSliceAfterAPaddingBeginsAnotherChain() throws {
    let graph = try Graph { scope in
      let x = scope.input("x", [1, 16, 4, 4])
      let wide = x.padded(low: [0, 0, 1, 1], high: [0, 0, 1, 1])
      return [
        wide.sliced(axis: 2, from: 1, count: 3, step: 2).padded(low: [0, 4, 0, 0], high: [0, 0, 0, 0])
      ]
    }
    let arguments = ReferenceModel.arguments(for: graph, seed: 3).mapValues(ReferenceArray.init)
    #expect(try graph.interpret(arguments) == graph.optimized(for: .cpu, .all).interpret(arguments))
  }
}
