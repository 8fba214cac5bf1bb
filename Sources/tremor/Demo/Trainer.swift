import Attacks
import Compute
import Datasets

/// Trains a ``DigitNetwork`` by gradient descent with momentum, on clean images or on attacked ones.
struct Trainer: Sendable {
  /// What perturbs the images of a step before the step is taken, or nil for standard training.
  var adversary: ProjectedGradientDescent?
  /// How often every image is seen.
  var epochs: Int
  /// Images a step.
  var batch = 64
  /// How far a step goes at most.
  var rate = 0.05
  /// What is kept of the last step's direction.
  var momentum = 0.9
  /// What the initial values, the order of the images and the attack's starts are drawn from.
  var seed: UInt64

  /// What comes out: values by parameter name, and the mean loss of the last step.
  struct Result: Sendable {
    let values: [String: HostArray]
    let loss: Float
  }

  /// Trains on a device.
  ///
  /// The graph of a step takes everything that changes as an input, so it is planned once; the host waits for
  /// the device at the end.
  func train(on data: LabeledImages, _ device: any Device) async throws -> Result {
    var generator = HostGenerator(seed: seed)
    var weights = try Weights(Self.withVelocities(DigitNetwork.initialValues(&generator)), on: device)
    var executable = try Executable(stepGraph(), on: device)
    let samples = SampleReader(data)
    let batches = data.count / batch
    for epoch in 0..<epochs {
      let order = generator.permutation(data.count)
      for number in 0..<batches {
        let done = epoch * batches + number
        let chosen = Array(order[number * batch..<(number + 1) * batch])
        for (name, value) in samples.arrays(chosen) { try executable.write(name, value) }
        try executable.write("rate", HostArray([], [Float(rate(at: done, of: epochs * batches))]))
        try executable.write("step", HostArray([], [Int32(done)]))
        try executable.launch(updating: &weights)
      }
    }
    let loss = try await executable.read(0).floats[0]
    return Result(values: try await weights.read().filter { !$0.key.hasPrefix(Self.velocity) }, loss: loss)
  }

  /// Rises over the first fifth of the steps and falls to 0 over the others: attacked images at the full rate
  /// from the start can leave a network that answers the same to everything.
  private func rate(at step: Int, of steps: Int) -> Double {
    let share = (Double(step) + 1) / Double(steps)
    return rate * min(share * 5, (1 - share) * 1.25)
  }

  /// One step: parameters and their velocities change, the loss comes out.
  func stepGraph() throws -> Graph {
    try Graph { scope in
      let network = DigitNetwork(scope)
      let samples = SampleInputs(scope, count: batch)
      let rate = scope.input("rate", [])
      let step = scope.input("step", [], .int32)
      let victim = samples.victim(of: { network($0) }, seed: seed, step: step)
      let images = adversary.map { $0.perturb(victim).detached() } ?? samples.images
      let loss = network(images).crossEntropy(samples.labels).mean()
      let gradients = loss.gradients(withRespectTo: network.weights)
      for ((parameter, weight), gradient) in zip(zip(DigitNetwork.parameters, network.weights), gradients) {
        let velocity = scope[Self.velocity].parameter(parameter.name, parameter.shape)
        let next = velocity * momentum + gradient
        scope.update(velocity, with: next)
        scope.update(weight, with: weight - next * rate)
      }
      return [loss]
    }
  }

  private static let velocity = "velocity"

  private static func withVelocities(_ values: [String: HostArray]) -> [String: HostArray] {
    var all = values
    for (name, value) in values {
      all["\(velocity).\(name)"] = HostArray(value.shape, [Float](repeating: 0, count: value.shape.count))
    }
    return all
  }
}
