import CPUBackend
import Compute
import ComputeTestSupport
import Testing

/// Launches, memory and round trips of known graphs are fixed numbers: a change that makes them grow is a change
/// somebody has to want.
@Suite struct PlanCountTests {
  /// A step of PGD on a network of three convolutions with batch-norm: once, or as a loop on the device.
  private func step(batch: Int, times: Int? = nil) throws -> Graph {
    try Graph { scope in
      let image = scope.input("image", [batch, 3, 16, 16])
      let labels = scope.input("labels", [batch], .int32)
      let layers = [16, 32, 32].enumerated().map { index, width in
        let (layer, channels) = (scope["layer\(index)"], [3, 16, 32][index])
        return [layer.parameter("weight", [width, channels, 3, 3])]
          + ["scale", "shift", "mean", "variance"].map { layer.parameter($0, [width]) }
      }
      let head = scope.parameter("head", [32, 10])
      func moved(_ image: Tensor) -> Tensor {
        var x = image
        for (index, layer) in layers.enumerated() {
          x = x.convolved(layer[0], stride: index == 1 ? 2 : 1, padding: 1)
          x = x.batchNormalized(scale: layer[1], shift: layer[2], mean: layer[3], variance: layer[4]).relu()
        }
        let loss = x.globalAveragePooled().matmul(head).crossEntropy(labels)
        let gradient = loss.gradient(withRespectTo: image)
        return (image + gradient.sign() * 0.01).clamped(image - 0.03, image + 0.03).clamped(to: 0...1)
      }
      return [times.map { image.iterated($0) { moved($0) } } ?? moved(image)]
    }
  }

  /// What is folded into weights outside of a loop is folded inside, once for all iterations.
  @Test func aStepCostsTheSameInALoop() async throws {
    let (single, loop) = (
      try Plan(step(batch: 8), family: .cpu), try Plan(step(batch: 8, times: 5), family: .cpu)
    )
    #expect(loop.launchCount <= 5 * single.launchCount + 3, "\(loop.launchesByKernel)")
    let (once, thrice) = (try step(batch: 4), try step(batch: 4, times: 3))
    var arguments = ReferenceModel.arguments(for: once, seed: 2)
    arguments["labels"] = HostArray([4], [Int32]([0, 3, 9, 5]))
    let device = try CPUDevice()
    let weights = try Weights(arguments.filter { $0.key != "image" && $0.key != "labels" }, on: device)
    var inputs = arguments.filter { $0.key == "image" || $0.key == "labels" }
    var executable = try Executable(thrice, on: device)
    let result = try await executable.run(inputs, reading: weights)[0]
    var step = try Executable(once, on: device)
    for _ in 0..<3 { inputs["image"] = try await step.run(inputs, reading: weights)[0] }
    #expect(inputs["image"] == result)
  }

  @Test func aStepLaunchesEachConvolutionOnceForwardAndOnceBackward() throws {
    let tiles = try Plan(step(batch: 8), family: .cpu).launchesByKernel
    #expect(tiles["convolution_tiles"] == 2, "the adjoints of the second and third layer")
    #expect(tiles["convolution_winograd_strided"] == 1 && tiles["convolution_winograd"] == 1)
    let plan = try Plan(step(batch: 8), family: .cpu, options: .all.subtracting(.matrixTiles))
    let counts = plan.launchesByKernel
    #expect(counts["convolution_first"] == 1)
    #expect(counts["convolution_winograd_strided"] == 2)
    #expect(counts["convolution_winograd"] == 2)
    #expect(counts["convolution_last"] == 1)
    #expect(counts["pack_blocked"] == nil && counts["unpack_blocked"] == nil)
    #expect(counts["pack_winograd"] == nil, "weights are packed once, in the setup")
    #expect(plan.launchCount <= 23, "\(plan.launchCount) launches")
    #expect(plan.arenaBytes + plan.setupBytes <= 830_976, "\(plan.arenaBytes) and \(plan.setupBytes) bytes")
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
