import ComputeTestSupport
import Testing

@testable import Compute

/// A batch of cotangents `[K, N, ...]` and what is done to it on `[K · N, ...]`.
@Suite struct BatchMergingTests {
  private func check(_ graph: Graph) throws {
    let arguments = ReferenceModel.arguments(for: graph, seed: 3).mapValues(ReferenceArray.init)
    #expect(try graph.interpret(arguments) == graph.optimized(for: .cpu, .all).interpret(arguments))
  }

  /// What stays behind is the broadcast, which is read in place.
  @Test func axesAreJoinedBeforeOthersAreRepeated() throws {
    let graph = try Graph { scope in
      let x = scope.input("x", [2, 1, 3, 1])
      return [x.broadcast(to: [2, 4, 3, 5]).reshaped([8, 3, 5])]
    }
    let optimized = graph.optimized(for: .cpu, .all)
    #expect(optimized.operation(optimized.outputs[0], Broadcast.self) != nil)
    #expect(Plan(graph, family: .cpu).launchCount == Plan(try tiny(), family: .cpu).launchCount + 1)
    try check(graph)
  }

  /// The same without the repetition of the last axis.
  private func tiny() throws -> Graph {
    try Graph { [$0.input("x", [2, 1, 3]).broadcast(to: [2, 4, 3]).reshaped([8, 3])] }
  }

  @Test func slicesAndPaddingsAreMerged() throws {
    let graph = try Graph { scope in
      let split = (scope.input("x", [6, 2, 5]) + 1).reshaped([2, 3, 2, 5])
      let padded = split.padded(low: [0, 0, 1, 0], high: [0, 0, 0, 2])
      return [padded.sliced(axis: 3, from: 1, count: 3, step: 2)]
    }
    let optimized = graph.optimized(for: .cpu, .all)
    let pads = optimized.nodes.indices.filter { optimized.operation($0, Pad.self) != nil }
    #expect(pads.allSatisfy { optimized.nodes[$0].type.shape.rank == 3 } && pads.count == 1)
    try check(graph)
  }

  /// The rows of one sample's Jacobian share its mask, which is read where it lies: a bit an element, blocked.
  @Test(arguments: [1, 2]) func theMaskOfOneSampleIsNotCopied(_ samples: Int) throws {
    let graph = try Graph { scope in
      let x = scope.input("x", [samples, 16, 4, 4])
      let kernel = scope.parameter("kernel", [32, 16, 3, 3])
      let pooled = x.convolved(kernel, padding: 1).relu().mean([2, 3])
      return [pooled.linear(LinearWeights(scope.parameter("w", [5, 32]))).jacobian(withRespectTo: x)]
    }
    let maps = Plan(graph, family: .cpu).launches(of: .run).compactMap(\.launch.program)
    let readers = maps.filter { $0.operands.contains { $0.element == .bit } }
    #expect(readers.count == 1)
    #expect(readers.allSatisfy { $0.results.allSatisfy { $0.element == .float32 } } == (samples == 1))
    try check(graph)
  }

  /// Every later activation's mask is applied by the convolution before it, whether one sample is repeated or several.
  @Test(arguments: [1, 2]) func masksStayEpiloguesForAnyNumberOfSamples(_ samples: Int) throws {
    let graph = try Graph { scope in
      let x = scope.input("x", [samples, 16, 4, 4])
      let (first, second) = (
        scope.parameter("first", [32, 16, 3, 3]), scope.parameter("second", [32, 32, 3, 3])
      )
      let pooled = x.convolved(first, padding: 1).relu().convolved(second, padding: 1).relu().mean([2, 3])
      return [pooled.linear(LinearWeights(scope.parameter("w", [5, 32]))).jacobian(withRespectTo: x)]
    }
    let maps = Plan(graph, family: .cpu).launches(of: .run).compactMap(\.launch.program)
    #expect(
      maps.count { $0.operands.contains { $0.element == .bit } } == 1, "only that of the last activation")
    try check(graph)
  }

  /// A scale that all samples of all batches share is not written out for each of them.
  @Test func whatAllSamplesShareIsNotCopied() throws {
    let graph = try Graph { scope in
      let split = (scope.input("x", [6, 2, 5]) + 1).reshaped([2, 3, 2, 5])
      return [split * scope.parameter("scale", [5]).broadcast(to: [2, 3, 2, 5])]
    }
    let optimized = graph.optimized(for: .cpu, .all)
    #expect(!optimized.nodes.indices.contains { optimized.operation($0, Cycle.self) != nil })
    #expect(Plan(graph, family: .cpu).setupBytes == 0)
    try check(graph)
  }

  /// The first two axes must stay as they are.
  @Test func aSliceOfTheBatchIsNotMerged() throws {
    let graph = try Graph { scope in
      let split = (scope.input("x", [6, 2, 5]) + 1).reshaped([2, 3, 2, 5])
      return [split.sliced(axis: 1, from: 1, count: 2).padded(low: [1, 0, 0, 0], high: [0, 0, 0, 0])]
    }
    try check(graph)
  }
}
