import Testing

@testable import Compute

/// Simplification ends: what it gives it would not give again.
@Suite struct SimplificationTests {
  @Test(arguments: GrowingGraph.all) func aGraphIsLeftAloneOrChanged(_ growing: GrowingGraph) throws {
    var graph = try growing.graph(40)
    for _ in 0..<10 {
      guard let simpler = graph.simplified() else { return }
      #expect(simpler != graph)
      graph = simpler
    }
    Issue.record("it is still simplified after ten times")
  }

  @Test func equalNodesAreOne() throws {
    let graph = try Graph { scope in
      let x = scope.input("x", [4, 8])
      let c = scope.parameter("c", [8])
      return [(x + c).tanh(), (x + c).tanh() + c]
    }
    let simpler = try #require(graph.simplified())
    #expect(Set(simpler.nodes).count == simpler.nodes.count)
    #expect(Set(graph.nodes).count < graph.nodes.count)
    #expect(simpler.simplified() == nil)
  }

  @Test func whatNoPassChangesIsNotBuiltAnew() throws {
    let graph = try Graph { scope in [scope.input("x", [4, 8]).tanh().exp()] }
    #expect(graph.simplified() == nil)
    #expect(graph.mergingBatches() == nil)
    #expect(graph.foldingBatchNorm() == nil)
    #expect(graph.optimized(for: .cpu, .all) == graph)
  }
}
