import ComputeTestSupport
import Testing

@testable import Compute

/// Tracing, passes and planning take time in proportion to the graph, and no more of the stack for a deep one.
@Suite(.serialized) struct LinearTimeTests {
  private func prepare(_ graph: Graph) {
    for family in [KernelFamily.cpu, .gpu] {
      #expect(Plan(graph, family: family).launchCount > 0)
    }
    _ = graph.digest
  }

  @Test(arguments: GrowingGraph.all) func twiceAsManyNodesTakeTwiceAsLong(_ growing: GrowingGraph) throws {
    let ratio = try growth(doubling: 3000, until: 2.6) { prepare(try growing.graph($0)) }
    #expect(ratio < 2.6)
  }

  /// A tenth of a million, on the small stack of a test's thread; 10 s is meant for a machine that is idle.
  @Test(arguments: [
    GrowingGraph.additions, .functions, .residuals, .views, .wide, .invariants, .capturedViews,
  ])
  func aHundredThousandNodesArePlanned(_ growing: GrowingGraph) throws {
    let seconds = try processorSeconds {
      let graph = try growing.graph(100_000)
      #expect(Plan(graph, family: .cpu).launchCount > 0)
    }
    #expect(seconds < 20)
  }

  /// Best fit as it was once written: a list of what is live, searched from its beginning.
  private struct PlainSpace {
    var live: [Range<Int>] = []

    mutating func take(_ count: Int) -> Int {
      var (best, cursor): ((waste: Int, offset: Int)?, Int) = (nil, 0)
      for range in live {
        let gap = range.lowerBound - cursor
        if gap >= count, gap - count < best?.waste ?? .max { best = (gap - count, cursor) }
        cursor = range.upperBound
      }
      let offset = best?.offset ?? cursor
      live.append(offset..<(offset + count))
      live.sort { $0.lowerBound < $1.lowerBound }
      return offset
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>) func memoryIsTakenAsByAListOfLiveRanges(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var (space, plain, taken) = (FreeSpace(), PlainSpace(), [Range<Int>]())
    for _ in 0..<1500 {
      let isFull = taken.count > 700
      if !taken.isEmpty, isFull || generator.number(in: 0...1) < 0.4 {
        let range = taken.remove(at: Int(generator.number(in: 0...(Double(taken.count) - 0.01))))
        space.give(range)
        plain.live.removeAll { $0 == range }
      } else {
        let count = 1 + Int(generator.number(in: 0...9))
        let offset = space.take(count)
        #expect(offset == plain.take(count))
        taken.append(offset..<(offset + count))
      }
    }
  }

  @Test(arguments: 0..<8 as Range<UInt64>) func sortedSetsStaySorted(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var (sorted, plain) = (SortedSet<Int>(), Set<Int>())
    for _ in 0..<4000 {
      let element = Int(generator.number(in: 0...3000))
      if plain.remove(element) != nil {
        sorted.remove(element)
      } else {
        sorted.insert(element)
        plain.insert(element)
      }
      let bound = Int(generator.number(in: -10...3010))
      #expect(sorted.first(notBefore: bound) == plain.filter { $0 >= bound }.min())
    }
  }
}
