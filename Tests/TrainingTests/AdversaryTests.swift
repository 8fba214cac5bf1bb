import CPUBackend
import Compute
import Foundation
import Networks
import Testing
import Training

/// Training on images that an adversary changes.
@Suite struct AdversaryTests {
  private let device: CPUDevice

  init() throws { device = try CPUDevice(threads: 1) }

  private func set() throws -> TrainingSet {
    let images: [Float] = [0.2, 0.4, 0.6, 0.9, 0.1, 0.5, 0.3, 0.8, 0.7, 0.2, 0.6, 0.5]
    return try TrainingSet(images: HostArray([4, 3], images), labels: [0, 1, 1, 0])
  }

  /// One step of the sign of the gradient, without a box.
  private static func fastGradient(_ radius: Double) -> Adversary {
    { classifier, images, labels, _ in
      let loss = classifier(images).crossEntropy(labels)
      return images + loss.gradient(withRespectTo: images).sign() * radius
    }
  }

  @Test func onALinearModelTheLossIsTheClosedForm() async throws {
    // A step against the label's margin m costs exactly radius · ‖w₁ - w₀‖₁, so the loss is log(1 + e^-(m - cost)).
    let model = try Model(Linear(2), input: [3], seed: 9)
    let trainer = Trainer(
      schedule: .constant(0), epochs: 1, batch: 4, adversary: Self.fastGradient(0.25), seed: 0)
    let result = try await trainer.train(model, on: set(), device: device)
    let weight = model.values["weight"]?.floats.map(Double.init) ?? []
    let bias = model.values["bias"]?.floats.map(Double.init) ?? []
    let difference = (0..<3).map { weight[3 + $0] - weight[$0] }
    let cost = 0.25 * difference.reduce(0) { $0 + abs($1) }
    var expected = 0.0
    for (sample, label) in try set().labels.enumerated() {
      let image = try set().images.floats[sample * 3..<sample * 3 + 3]
      let score = zip(image, difference).reduce(bias[1] - bias[0]) { $0 + Double($1.0) * $1.1 }
      expected += log(1 + exp(-((label == 1 ? score : -score) - cost))) / 4
    }
    #expect(abs((result.epochs.first?.loss ?? 0) - expected) < 1e-5)
  }

  @Test func craftingLeavesNoTrace() async throws {
    // An adversary that looks at the classifier but changes nothing, in either mode.
    let model = try Model(Sequential(BatchNormalization(), Linear(2), Dropout(0.3)), input: [3], seed: 9)
    var trainer = Trainer(schedule: .constant(0.1), epochs: 3, batch: 2, seed: 0)
    let plain = try await trainer.train(model, on: set(), device: device).model.values
    trainer.adversary = { classifier, images, _, _ in images + classifier(images).sum() * 0 }
    for mode in [CraftingMode.inference, .training] {
      trainer.craftingMode = mode
      #expect(try await trainer.train(model, on: set(), device: device).model.values == plain, "\(mode)")
    }
  }

  @Test func theModeOfCraftingIsTheOneAskedFor() async throws {
    // In inference a fresh normalisation does nothing; in training it centres the batch, so the mean logit is 0.
    let model = try Model(Sequential(BatchNormalization()), input: [3], seed: 9)
    var trainer = Trainer(schedule: .constant(0), epochs: 1, batch: 4, seed: 0)
    trainer.adversary = { classifier, images, _, _ in
      images.zeros + classifier(images).mean([0], keepingAxes: true)
    }
    var means: [Float] = []
    for mode in [CraftingMode.inference, .training] {
      trainer.craftingMode = mode
      let values = try await trainer.train(model, on: set(), device: device).model.values
      means.append(values["0.running_mean"]?.floats[0] ?? .nan)
    }
    // The first pixels have the mean 0.4, and a batch counts a tenth.
    #expect(abs(means[0] - 0.04) < 1e-5)
    #expect(abs(means[1]) < 1e-6)
  }

  @Test func everySampleKeepsItsRandomness() async throws {
    // What an adversary draws depends on the sample and the step, so one batch of two orders gives one sum.
    let model = try Model(Linear(2), input: [3], seed: 9)
    var losses: [Double] = []
    for seed in [UInt64(3), 3, 4] {
      let trainer = Trainer(
        schedule: .constant(0), epochs: 1, batch: 4,
        adversary: { _, images, _, randomness in images + randomness.uniform([3]) }, seed: seed)
      losses.append(try await trainer.train(model, on: set(), device: device).epochs[0].loss)
    }
    #expect(losses[0] == losses[1])
    #expect(losses[0] != losses[2])
  }
}
