import Compute
import Networks
import Testing

/// Runtimes for processors offer little local memory, which work-items use as scratch.
@Suite struct ScratchTests {
  @Test(arguments: ["cnn6", "resnet20", "resnet18", "wrn-28-10"])
  func noKernelAsksForMoreThanAMebibyte(_ name: String) throws {
    let model = try #require(Architecture.named(name)).model(classes: 10, seed: 0)
    let graph = try Graph { scope in
      let network = model.bound(in: scope)
      let images = scope.input("images", [2, 3, 32, 32])
      let (outputs, _) = network.applied(to: [images], mode: .training(randomness: nil))
      let loss = outputs[0].sum()
      return [network(images).sum().gradient(withRespectTo: images)]
        + loss.gradients(withRespectTo: network.weights)
    }
    let plan = Plan(graph, family: .cpu, options: .all.subtracting(.matrixTiles))
    let launches = plan.launches(of: .setup) + plan.launches(of: .run)
    let largest = try #require(launches.map(\.launch).max { $0.scratchBytes < $1.scratchBytes })
    #expect(largest.scratchBytes <= 1 << 20, "\(largest.kernel)")
    #expect(launches.contains { $0.launch.kernel.hasPrefix("convolution_weights") })
  }
}
