import CPUBackend
import Compute
import ComputeTestSupport
import Testing

/// Launches, memory and round trips of known graphs are fixed numbers: a change that makes them grow is a change
/// somebody has to want.
@Suite struct PlanCountTests {
  /// One step of PGD on a network of three convolutions with batch-norm.
  private func step(batch: Int) throws -> Graph {
    try Graph { scope in
      let image = scope.input("image", [batch, 3, 16, 16])
      let labels = scope.input("labels", [batch], .int32)
      var x = image
      for (index, width) in [16, 32, 32].enumerated() {
        let layer = scope["layer\(index)"]
        x = x.convolved(
          layer.parameter("weight", [width, x.shape[1], 3, 3]), stride: index == 1 ? 2 : 1, padding: 1)
        x = x.batchNormalized(
          scale: layer.parameter("scale", [width]), shift: layer.parameter("shift", [width]),
          mean: layer.parameter("mean", [width]), variance: layer.parameter("variance", [width])
        ).relu()
      }
      let logits = x.globalAveragePooled().matmul(scope.parameter("head", [32, 10]))
      let gradient = logits.crossEntropy(labels).gradient(withRespectTo: image)
      return [(image + gradient.sign() * 0.01).clamped(image - 0.03, image + 0.03).clamped(to: 0...1)]
    }
  }

  @Test func aStepLaunchesEachConvolutionOnceForwardAndOnceBackward() throws {
    let plan = try Plan(step(batch: 8), family: .cpu)
    let counts = plan.launchesByKernel
    #expect(counts["convolution_first"] == 1)
    #expect(counts["convolution_direct"] == 2)
    #expect(counts["convolution_winograd"] == 2)
    #expect(counts["convolution_last"] == 1)
    #expect(counts["pack_blocked"] == nil && counts["unpack_blocked"] == nil)
    #expect(counts["pack_winograd"] == nil, "weights are packed once, in the setup")
    #expect(plan.launchCount <= 23, "\(plan.launchCount) launches")
    #expect(plan.arenaBytes <= 720_384, "\(plan.arenaBytes) bytes")
  }

  @Test func activationsAreSavedAsSingleBits() throws {
    let packed = try Plan(step(batch: 64), family: .cpu)
    let whole = try Plan(step(batch: 64), family: .cpu, options: .all.subtracting(.bitMasks))
    #expect(packed.arenaBytes < whole.arenaBytes)
  }

  @Test func memoryIsUsedAgain() throws {
    let reused = try Plan(step(batch: 64), family: .cpu)
    let fresh = try Plan(step(batch: 64), family: .cpu, options: .all.subtracting(.memoryReuse))
    #expect(reused.arenaBytes * 3 < fresh.arenaBytes * 2)
  }

  @Test func aLoopWaitsForNothing() async throws {
    let graph = try Graph { scope in
      let x = scope.input("x", [4, 8])
      return [x.iterated(40) { ($0 * 0.9 + x).tanh() }]
    }
    var executable = try Executable(graph, on: CPUDevice())
    try executable.write("x", HostArray([4, 8], [Float](repeating: 0.5, count: 32)))
    try executable.launch()
    #expect(executable.roundTrips == 0)
    _ = try await executable.read()
    #expect(executable.roundTrips == 1)
    #expect(executable.plan.launchCount == 41)
  }

  @Test func planningTheSameGraphTwiceGivesTheSamePlan() throws {
    let (a, b) = (try Plan(step(batch: 3), family: .cpu), try Plan(step(batch: 3), family: .cpu))
    #expect(a.steps == b.steps && a.setup == b.setup && a.constants == b.constants)
  }
}
