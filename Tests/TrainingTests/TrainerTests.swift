import CPUBackend
import Compute
import Datasets
import Foundation
import Networks
import Testing
import Training

/// A trainer moves exactly what should move, by as much as the formulas say.
@Suite struct TrainerTests {
  private let device: CPUDevice

  init() throws { device = try CPUDevice(threads: 1) }

  private func digits(_ count: Int = 320) throws -> TrainingSet {
    let data = Digits.training[0..<count]
    return try TrainingSet(images: data.inputs, labels: data.labels)
  }

  /// Two classes of points on a line, four samples.
  private func points() throws -> TrainingSet {
    try TrainingSet(
      images: HostArray([4, 1], [Float]([0.1, 0.3, 0.6, 0.9])), labels: [0, 1, 0, 1])
  }

  @Test func stepsAreThoseOfTheFormulas() async throws {
    let model = try Model(Linear(2), input: [1], seed: 4)
    let optimizer = StochasticGradientDescent(momentum: 0.9, weightDecay: 0.1)
    let trainer = Trainer(optimizer: optimizer, schedule: .linear(from: 0.5), epochs: 3, batch: 4, seed: 0)
    let trained = try await trainer.train(model, on: try points(), device: device)
    var expected = AffineDescent(model.values)
    let losses = [0.5, 0.5 * 2 / 3, 0.5 / 3].map { expected.step(rate: $0) }
    for (name, values) in ["weight": expected.weight, "bias": expected.bias] {
      let found = trained.model.values[name]?.floats ?? []
      for (value, exact) in zip(found, values) { #expect(abs(Double(value) - exact) < 1e-5, "\(name)") }
    }
    for (epoch, loss) in zip(trained.epochs, losses) { #expect(abs(epoch.loss - loss) < 1e-5) }
  }

  @Test func everyStepMovesTheStatistics() async throws {
    // Ten samples in batches of four are two steps an epoch; equal images have their own value as mean.
    let set = try TrainingSet(
      images: HostArray([10, 1, 1, 2], [Float](repeating: 0.5, count: 20)),
      labels: [Int32](repeating: 1, count: 10))
    let model = try Model(
      Sequential(BatchNormalization(), Flatten(), Linear(2)), input: [1, 1, 2], seed: 4)
    let trainer = Trainer(schedule: .constant(0.1), epochs: 3, batch: 4, seed: 0)
    let values = try await trainer.train(model, on: set, device: device).model.values
    let remaining = (0..<6).reduce(1.0) { product, _ in product * 0.9 }
    let mean = values["0.running_mean"]?.floats[0] ?? .nan
    #expect(abs(Double(mean) - 0.5 * (1 - remaining)) < 1e-6)
    #expect(abs(Double(values["0.running_var"]?.floats[0] ?? .nan) - remaining) < 1e-6)
  }

  @Test func trainingLearnsAndIsRepeatable() async throws {
    let network = Sequential(
      Convolution(8, kernel: 3, padding: 1), BatchNormalization(), Activation.relu, MaxPool(2), Flatten(),
      Dropout(0.2), Linear(10))
    let model = try Model(network, input: [1, 8, 8], seed: 0)
    var seen: [Int] = []
    let trainer = Trainer(schedule: .cyclic(peak: 0.1), epochs: 8, batch: 32, seed: 1)
    let first = try await trainer.train(model, on: digits(), device: device) { seen.append($0.number) }
    #expect(seen == Array(1...8) && first.epochs.map(\.number) == seen)
    #expect((first.epochs.last?.accuracy ?? 0) > 0.9, "\(first.epochs)")
    #expect((first.epochs.last?.loss ?? 9) < first.epochs[0].loss)
    #expect(try await trainer.train(model, on: digits(), device: device).model.values == first.model.values)
    var other = trainer
    other.seed = 2
    #expect(try await other.train(model, on: digits(), device: device).model.values != first.model.values)
  }

  @Test func whatCannotBeTrainedIsSaid() async throws {
    let model = try Model(Linear(2), input: [1], seed: 4)
    let labels: [Int32] = [0, 1, 2, 1]
    let wrong = try TrainingSet(images: try points().images, labels: labels)
    let trainer = Trainer(schedule: .constant(0.1), epochs: 1, seed: 0)
    await #expect(
      throws: TrainingError.data("the label of sample 2 is 2; the model tells classes 0..<2 apart")
    ) {
      try await trainer.train(model, on: wrong, device: device)
    }
    await #expect(throws: (any Error).self) {
      try await trainer.train(model, on: digits(), device: device)
    }
    let never = Trainer(schedule: .constant(0.1), epochs: 0, seed: 0)
    await #expect(throws: TrainingError.self) {
      _ = try await never.train(model, on: points(), device: device)
    }
    #expect(throws: TrainingError.self) {
      try TrainingSet(images: HostArray([3, 1], [Float]([1, 2, 3])), labels: labels)
    }
  }

  @Test func aLossThatIsNoNumberStopsTheTraining() async throws {
    let model = try Model(Linear(2), input: [1], seed: 4)
    let trainer = Trainer(
      optimizer: StochasticGradientDescent(weightDecay: 1), schedule: .constant(1e30), epochs: 5, seed: 0)
    await #expect(throws: TrainingError.self) {
      try await trainer.train(model, on: points(), device: device)
    }
  }
}

/// Descent of an affine classifier of two classes on the four points, in double precision and by hand.
private struct AffineDescent {
  var weight: [Double]
  var bias: [Double]
  private var velocity = [0.0, 0, 0, 0]

  init(_ values: [String: HostArray]) {
    weight = values["weight"]?.floats.map(Double.init) ?? []
    bias = values["bias"]?.floats.map(Double.init) ?? []
  }

  /// One step with momentum 0.9 and decay 0.1; the loss before it.
  mutating func step(rate: Double) -> Double {
    var gradient = [0.0, 0, 0, 0]
    var loss = 0.0
    for (x, label) in zip([0.1, 0.3, 0.6, 0.9].map { Double(Float($0)) }, [0, 1, 0, 1]) {
      let scores = [0, 1].map { exp(weight[$0] * x + bias[$0]) }
      for k in 0..<2 {
        let error = scores[k] / (scores[0] + scores[1]) - (k == label ? 1 : 0)
        gradient[k] += error * x / 4
        gradient[2 + k] += error / 4
      }
      loss -= log(scores[label] / (scores[0] + scores[1])) / 4
    }
    let old = weight + bias
    for index in 0..<4 { velocity[index] = 0.9 * velocity[index] + gradient[index] + 0.1 * old[index] }
    let new = zip(old, velocity).map { $0 - rate * $1 }
    (weight, bias) = (Array(new[..<2]), Array(new[2...]))
    return loss
  }
}
