import CPUBackend
import Compute
import ComputeTestSupport
import Networks
import Testing

/// Runtimes for processors offer little local memory, which work-items use as scratch.
@Suite struct ScratchTests {
  private static let names = ["cnn6", "resnet20", "resnet18", "wrn-28-10"]

  /// The gradient for the images, and those for the weights in training.
  private func graph(_ name: String, batch: Int) throws -> Graph {
    let model = try #require(Architecture.named(name)).model(classes: 10, seed: 0)
    return try Graph { scope in
      let network = model.bound(in: scope)
      let images = scope.input("images", [batch, 3, 32, 32])
      let (outputs, _) = network.applied(to: [images], mode: .training(randomness: nil))
      let loss = outputs[0].sum()
      return [network(images).sum().gradient(withRespectTo: images)]
        + loss.gradients(withRespectTo: network.weights)
    }
  }

  @Test(arguments: names) func noKernelAsksForMoreThanAMebibyte(_ name: String) throws {
    let plan = Plan(try graph(name, batch: 2), family: .cpu, options: .all.subtracting(.matrixTiles))
    let launches = plan.launches(of: .setup) + plan.launches(of: .run)
    let largest = try #require(launches.map(\.launch).max { $0.scratchBytes < $1.scratchBytes })
    #expect(largest.scratchBytes <= 1 << 20, "\(largest.kernel)")
    #expect(launches.contains { $0.launch.kernel.hasPrefix("convolution_weights") })
  }

  @Test(arguments: names, SimulatedLimits.scratch)
  func noKernelAsksForMoreThanThereIs(_ name: String, _ bytes: Int) throws {
    let limits = DeviceLimits(scratch: bytes)
    let graph = try graph(name, batch: 18)
    for options in [PlanOptions.all, .all.subtracting(.matrixTiles)] {
      let plan = Plan(graph, family: .cpu, options: options, limits: limits)
      try SimulatedLimits.check(plan, within: limits)
    }
  }

  /// Devices with the smallest work-groups that kernels of the GPU family can do with.
  @Test(arguments: names) func noGroupIsLargerThanThereIs(_ name: String) throws {
    let limits = DeviceLimits(scratch: DeviceLimits.leastScratch, group: DeviceLimits.graphicsGroup)
    let graph = try graph(name, batch: 18)
    for options in [PlanOptions.all, .all.subtracting(.fastConvolution)] {
      try SimulatedLimits.check(Plan(graph, family: .gpu, options: options, limits: limits), within: limits)
    }
  }

  /// Values, gradients for images and weights, and rows of the Jacobian of whole networks: as without a limit.
  @Test(arguments: ["cnn6", "resnet20"], SimulatedLimits.scratch)
  func networksMeanTheSame(_ name: String, _ bytes: Int) async throws {
    let model = try #require(Architecture.named(name)).model(classes: 10, seed: 0)
    let graph = try Graph { scope in
      let network = model.bound(in: scope)
      let images = scope.input("images", [3, 3, 32, 32])
      let logits = network(images)
      let loss = (logits * logits).sum()
      return [logits, loss.gradient(withRespectTo: images)]
        + loss.gradients(withRespectTo: network.weights)
        + [logits.jacobian(withRespectTo: images, rows: [0, 9])]
    }
    var arguments = model.values
    arguments["images"] = SmallNetwork(name: name, network: SixLayerCNN(), input: [3, 32, 32]).images(3)
    let usual = try await outputs(of: graph, arguments, on: CPUDevice(limits: DeviceLimits.none))
    let limited = try await outputs(
      of: graph, arguments, on: CPUDevice(limits: DeviceLimits(scratch: bytes)))
    for (index, pair) in zip(limited, usual).enumerated() {
      let error = relativeError(pair.0, ReferenceArray(pair.1))
      #expect(error < 1e-3, "output \(index)")
    }
  }
}
