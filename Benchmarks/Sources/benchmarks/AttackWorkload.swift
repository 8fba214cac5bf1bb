import Attacks
import Compute
import Networks

/// An attack by the runner on samples that the network classifies rightly, because their labels are what it says.
struct AttackWorkload {
  private let workload: Workload
  private let samples: AttackSamples

  /// Makes samples and asks the network about them.
  init(_ workload: Workload, samples count: Int, on device: any Device) async throws {
    self.workload = workload
    let images = SampleValues.array(TensorType([count, 3, 32, 32]))
    var classify = try TiledExecutable(on: device) { size in
      try Graph { scope in
        let network = workload.model.bound(in: scope)
        return [network(scope.input("images", [size, 3, 32, 32])).argmax()]
      }
    }
    let weights = try Weights(workload.model.values, on: device)
    let labels = try await classify.run(["images": images], reading: weights)[0]
    samples = try AttackSamples(images: images, labels: labels.integers)
  }

  /// Attacks all samples to the last step.
  ///
  /// - Returns: The seconds of attack and evaluation, without those of preparing the device.
  func run(steps: Int, on device: any Device) async throws -> Double {
    let attack = ProjectedGradientDescent(.lInfinity(radius: 8 / 255), steps: steps)
    let runner = AttackRunner(stopsEarly: false)
    let result = try await runner.run(attack, on: workload.model, samples, device: device)
    return result.seconds.attack + result.seconds.predict
  }
}
