import ArgumentParser
import Attacks
import Compute
import Networks
import Training

/// What is timed.
enum BenchQuantity: String, CaseIterable, ExpressibleByArgument, Encodable {
  case step, forward, jacobian, train

  static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

  /// For people.
  var title: String {
    switch self {
    case .step: "one step of projected gradient descent: forward, input gradient, update"
    case .forward: "one forward pass"
    case .jacobian: "the Jacobian, all rows"
    case .train: "one step of training: forward, all gradients, descent with momentum"
    }
  }
}

/// A graph to time, with values for everything it takes.
struct BenchComputation {
  let quantity: BenchQuantity
  let subject: BenchSubject
  let batch: Int

  /// - Throws: A ``CommandFailure`` for a batch that the model does not take.
  init(_ quantity: BenchQuantity, of subject: BenchSubject, batch: Int?, on device: any Device) throws {
    let fixed = subject.model.fixedSampleCount
    if let batch, let fixed, batch != fixed {
      throw CommandFailure(
        "\(subject.name): the model takes exactly \(fixed) samples at a time, not \(batch)")
    }
    self.quantity = quantity
    self.subject = subject
    self.batch = try batch ?? fixed ?? Self.usualBatch(quantity, of: subject, on: device)
  }

  private static func usualBatch(
    _ quantity: BenchQuantity, of subject: BenchSubject, on device: any Device
  ) throws -> Int {
    if quantity == .train { return 128 }
    let bytes = try subject.model.sampleBytes(for: subject.sample)
    return device.usualTile(sampleBytes: bytes, rows: quantity == .jacobian ? subject.classCount : 1)
  }

  /// The computation on a device; its samples are computed side by side where they are outside of benchmarks.
  ///
  /// - Throws: What is wrong with the model, and `DeviceError`.
  func executable(on device: any Device, tuning: Tuning? = nil) throws -> Executable {
    if quantity == .train || subject.model.fixedSampleCount != nil {
      return try Executable(graph(batch), on: device, tuning: tuning)
    }
    return try Executable(samples: batch, on: device, tuning: tuning, graph)
  }

  /// The computation for a number of samples.
  ///
  /// - Throws: What is wrong with the model.
  func graph(_ count: Int) throws -> Graph {
    try Graph { scope in
      let network = subject.model.bound(in: scope)
      let images = scope.input("images", Shape([count] + subject.sample.extents))
      switch quantity {
      case .forward: return [logits(network(images))]
      case .jacobian: return [logits(network(images)).jacobian(withRespectTo: images)]
      case .step: return [step(network, images, scope)]
      case .train: return [try train(network, images, scope)]
      }
    }
  }

  private func logits(_ output: Tensor) -> Tensor {
    output.rank == 2 ? output : output.reshaped([output.shape[0], output.shape.count / output.shape[0]])
  }

  private func step(_ network: BoundModel, _ images: Tensor, _ scope: Scope) -> Tensor {
    let count = images.shape[0]
    let victim = Victim(
      { logits(network($0)) }, images: scope.input("clean", images.shape),
      labels: scope.input("labels", [count], .int32),
      randomness: Randomness(seed: 0, samples: scope.iota([count], axis: 0)))
    let attack = ProjectedGradientDescent(.lInfinity(Ratio(8, over: 255)))
    let answer = victim.answer(at: images, maximising: attack.loss)
    return attack.advance(images, at: answer, step: scope.full(.scalar, 0, .int32), victim)
  }

  private func train(_ network: BoundModel, _ images: Tensor, _ scope: Scope) throws -> Tensor {
    let labels = scope.input("labels", [batch], .int32)
    let (outputs, statistics) = network.applied(to: [images], mode: .training(randomness: nil))
    guard let output = outputs.first, !network.weights.isEmpty else {
      throw CommandFailure("\(subject.name): the model has no weights to train")
    }
    let loss = logits(output).crossEntropy(labels).mean()
    let gradients = loss.gradients(withRespectTo: network.weights)
    let weights = subject.model.parameters.filter { $0.role == .weight }
    for ((weight, gradient), parameter) in zip(zip(network.weights, gradients), weights) {
      let velocity = scope["velocity"].parameter(parameter.name, parameter.value.shape)
      let next = StochasticGradientDescent().step(
        weight, along: gradient, rate: scope.full(.scalar, 1e-6), memory: [velocity])
      scope.update(weight, with: next.weight)
      scope.update(velocity, with: next.memory[0])
    }
    for (name, value) in statistics.sorted(by: { $0.key < $1.key }) {
      if let parameter = network.parameters[name] { scope.update(parameter, with: value) }
    }
    return loss
  }

  /// Values for the arguments of `graph`: images of every shade, every class in turn.
  func arguments(of graph: Graph) -> [String: HostArray] {
    var arguments: [String: HostArray] = [:]
    for input in graph.inputs where input.role == .argument {
      let count = input.type.shape.count
      arguments[input.name] =
        input.type.element == .int32
        ? HostArray(input.type.shape, (0..<count).map { Int32($0 % subject.classCount) })
        : HostArray(input.type.shape, (0..<count).map { Float($0 &* 7919 % 10_007) / 10_007 })
    }
    return arguments
  }

  /// Values for the parameters: the model's own, and zeros for what training remembers.
  func values(of graph: Graph) -> [String: HostArray] {
    var values = subject.model.values
    for input in graph.inputs where input.role == .parameter && values[input.name] == nil {
      values[input.name] = HostArray(
        input.type, bytes: [UInt8](repeating: 0, count: input.type.byteCount))
    }
    return values
  }
}
