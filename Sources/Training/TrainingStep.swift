import Compute
import Networks

/// One step of training as a graph: weights, what the optimizer remembers and statistics change on the device.
struct TrainingStep {
  private let trainer: Trainer
  private let model: Model
  private let set: TrainingSet
  /// Images a step.
  let batch: Int
  /// Steps an epoch.
  var batches: Int { self.set.count / batch }

  init(_ trainer: Trainer, _ model: Model, _ set: TrainingSet) {
    self.trainer = trainer
    self.model = model
    self.set = set
    batch = min(trainer.batch, set.count)
  }

  /// Names that a model's parameters are unlikely to have; if one does, tracing says so.
  private enum Name {
    static let images = "training.images"
    static let labels = "training.labels"
    static let indices = "training.indices"
    static let rate = "training.rate"
    static let number = "training.step"
    static let position = "training.position"
    static let sums = "training.sums"
    static let memory = "training.memory"
  }

  /// What is drawn is told apart by purpose; an adversary has those below.
  private static let dropoutPurpose = 65_535

  /// The step; its output are the sums of mean losses and accuracies over the epoch so far, `[2]`.
  func graph() throws -> Graph {
    try Graph { scope in
      let network = model.bound(in: scope)
      let images = scope.input(Name.images, Shape([batch] + set.imageShape.extents))
      let labels = scope.input(Name.labels, [batch], .int32)
      let randomness = Randomness(seed: trainer.seed, samples: scope.input(Name.indices, [batch], .int32))
        .step(scope.input(Name.number, [], .int32))
      let victims = crafted(network, images, labels, randomness)
      let (outputs, statistics) = network.applied(
        to: [victims], mode: .training(randomness: randomness.purpose(Self.dropoutPurpose)))
      let logits = outputs[0]
      guard logits.rank == 2 else {
        throw TrainingError.data(
          "the model's first output is \(logits.type); a classifier gives logits [N, K]")
      }
      try set.check(classCount: logits.shape[1])
      let loss = trainer.loss(logits, labels).mean()
      descend(network, loss, rate: scope.input(Name.rate, []), scope)
      for (name, value) in statistics.sorted(by: { $0.key < $1.key }) {
        guard let parameter = network.parameters[name] else {
          throw LayerError(name, "the network updates a statistic that it does not have")
        }
        scope.update(parameter, with: value)
      }
      return [accumulated(.stacked([loss, logits.accuracy(labels)]), scope)]
    }
  }

  /// The images the step is taken on.
  private func crafted(
    _ network: BoundModel, _ images: Tensor, _ labels: Tensor, _ randomness: Randomness
  ) -> Tensor {
    guard let adversary = trainer.adversary else { return images }
    let mode = trainer.craftingMode == .inference ? NetworkMode.inference : .training(randomness: nil)
    let classifier = { (images: Tensor) in network.applied(to: [images], mode: mode).outputs[0] }
    return adversary(classifier, images, labels, randomness).detached()
  }

  private func descend(_ network: BoundModel, _ loss: Tensor, rate: Tensor, _ scope: Scope) {
    let weights = model.parameters.filter { $0.role == .weight }
    let gradients = loss.gradients(withRespectTo: network.weights)
    for ((parameter, weight), gradient) in zip(zip(weights, network.weights), gradients) {
      let memory = trainer.optimizer.memories.map {
        scope[Name.memory][$0].parameter(parameter.name, parameter.value.shape)
      }
      let next = trainer.optimizer.step(weight, along: gradient, rate: rate, memory: memory)
      scope.update(weight, with: next.weight)
      for (old, new) in zip(memory, next.memory) { scope.update(old, with: new) }
    }
  }

  /// The sum of `values` over the steps of an epoch, kept on the device so that the host need not wait for each.
  private func accumulated(_ values: Tensor, _ scope: Scope) -> Tensor {
    let last = scope.parameter(Name.sums, values.shape)
    let isFirst = scope.input(Name.position, [], .int32) .== 0
    let sums = isFirst.broadcast(to: values.shape).select(values.zeros, last) + values
    scope.update(last, with: sums)
    return sums
  }
}

extension TrainingStep {
  /// What the device keeps: the model's values, memories of 0.
  func initialValues() -> [String: HostArray] {
    var values = model.values
    values[Name.sums] = HostArray([2], [Float](repeating: 0, count: 2))
    for parameter in model.parameters where parameter.role == .weight {
      let shape = parameter.value.shape
      for memory in trainer.optimizer.memories {
        values["\(Name.memory).\(memory).\(parameter.name)"] = HostArray(
          shape, [Float](repeating: 0, count: shape.count))
      }
    }
    return values
  }

  /// The model's own values among those that the device keeps.
  func modelValues(_ values: [String: HostArray]) -> [String: HostArray] {
    let names = Set(model.parameters.map(\.name))
    return values.filter { names.contains($0.key) }
  }

  /// What changes from step to step.
  ///
  /// - Parameters:
  ///   - order: The samples in the order of the epoch.
  ///   - epoch: Which, from 1.
  ///   - position: Which step of the epoch, from 0.
  func arguments(_ order: [Int], epoch: Int, _ position: Int) -> [String: HostArray] {
    let samples = Array(order[position * batch..<(position + 1) * batch])
    let number = (epoch - 1) * batches + position
    return [
      Name.images: set.images(at: samples), Name.labels: set.labels(at: samples),
      Name.indices: HostArray([batch], samples.map { Int32(truncatingIfNeeded: $0) }),
      Name.rate: HostArray([], [Float(rate(number))]),
      Name.number: HostArray([], [Int32(truncatingIfNeeded: number)]),
      Name.position: HostArray([], [Int32(truncatingIfNeeded: position)]),
    ]
  }

  /// What the sums at the end of an epoch, counted from 1, say about it.
  ///
  /// - Throws: ``TrainingError/diverged(epoch:)``.
  func epoch(_ number: Int, sums: HostArray) throws(TrainingError) -> Trainer.Epoch {
    let means = sums.floats.map { Double($0) / Double(batches) }
    guard means[0].isFinite else { throw .diverged(epoch: number) }
    return Trainer.Epoch(
      number: number, loss: means[0], accuracy: means[1], rate: rate(number * batches - 1))
  }

  private func rate(_ number: Int) -> Double {
    trainer.schedule.rate(at: number, of: trainer.epochs * batches)
  }
}
