public import Compute
public import Networks

/// Trains classifiers by descent along the gradient of the mean loss of small batches.
///
///     let trainer = Trainer(schedule: .cyclic(peak: 0.1), epochs: 10, seed: 0)
///     let trained = try await trainer.train(model, on: set, device: device)
///
/// Every epoch sees the samples in another order. It has ⌊N / batch⌋ steps of equal size; the samples that remain at
/// the end of an epoch's order are left out of that epoch. A data set smaller than a batch is one batch.
public struct Trainer: Sendable {
  /// How a weight follows its gradient.
  public var optimizer: any Optimizer
  /// How far it does.
  public var schedule: LearningRateSchedule
  /// How often every image is seen, 1 or more.
  public var epochs: Int
  /// Images a step, 1 or more.
  public var batch: Int
  /// What is minimised: one value a sample, `[N]`, from logits `[N, K]` and labels `int32[N]`.
  public var loss: @Sendable (_ logits: Tensor, _ labels: Tensor) -> Tensor
  /// What changes the images before each step, or nil for standard training.
  public var adversary: Adversary?
  /// How the network is evaluated while it does.
  public var craftingMode: CraftingMode
  /// What the order of the images, dropout and the adversary draw from.
  public var seed: UInt64

  /// Makes a trainer; the loss is the cross-entropy unless another is given.
  public init(
    optimizer: any Optimizer = StochasticGradientDescent(), schedule: LearningRateSchedule, epochs: Int,
    batch: Int = 128, adversary: Adversary? = nil, craftingMode: CraftingMode = .inference, seed: UInt64,
    loss: @escaping @Sendable (Tensor, Tensor) -> Tensor = { $0.crossEntropy($1) }
  ) {
    self.optimizer = optimizer
    self.schedule = schedule
    self.epochs = epochs
    self.batch = batch
    self.loss = loss
    self.adversary = adversary
    self.craftingMode = craftingMode
    self.seed = seed
  }

  /// What is known at the end of an epoch.
  public struct Epoch: Hashable, Sendable, Codable {
    /// Which, from 1.
    public let number: Int
    /// The mean loss of its steps, each before its update.
    public let loss: Double
    /// The share of its images, as changed by the adversary, that were classified rightly, in 0...1.
    public let accuracy: Double
    /// The learning rate of its last step.
    public let rate: Double
  }

  /// The trained model and how it went.
  public struct Result: Sendable {
    /// The model with its new weights and statistics.
    public let model: Model
    /// One entry an epoch.
    public let epochs: [Epoch]
  }

  /// Trains a model whose one input are images and whose first output are logits.
  ///
  /// A step is one graph in which everything that changes is an input or a parameter on the device.
  ///
  /// - Parameter progress: Called at the end of each epoch.
  /// - Throws: ``TrainingError``, `GraphError` where the model does not take the images, `DeviceError`, or
  ///   `CancellationError` at the end of an epoch.
  /// - Complexity: One round trip an epoch, one at the end.
  public func train(
    _ model: Model, on set: TrainingSet, device: any Device, progress: (Epoch) -> Void = { _ in }
  ) async throws -> Result {
    try check()
    let step = TrainingStep(self, model, set)
    var weights = try Weights(step.initialValues(), on: device)
    var executable = try Executable(step.graph(), on: device)
    var generator = HostGenerator(seed: seed, name: "order of the samples")
    var history: [Epoch] = []
    for number in 1...epochs {
      try Task.checkCancellation()
      let order = generator.permutation(set.count)
      for position in 0..<step.batches {
        for (name, value) in step.arguments(order, epoch: number, position) {
          try executable.write(name, value)
        }
        try executable.launch(updating: &weights)
      }
      let epoch = try step.epoch(number, sums: try await executable.read())
      history.append(epoch)
      progress(epoch)
    }
    return Result(model: try model.with(step.modelValues(try await weights.read())), epochs: history)
  }

  private func check() throws(TrainingError) {
    guard epochs >= 1, batch >= 1 else {
      throw .settings("training for \(epochs) epochs in batches of \(batch): both must be 1 or more")
    }
  }
}
