import Attacks
import CPUBackend
import Compute
import Networks
import Testing

@Suite struct RunnerResultTests {
  private func run(
    _ subject: AttackedModel, _ attack: any Attack, _ runner: AttackRunner = AttackRunner(tile: 16)
  ) async throws -> AttackResult {
    try await runner.run(attack, on: subject.model, subject.samples, device: CPUDevice(threads: 1))
  }

  @Test func misclassifiedSamplesAreReturnedUnchanged() async throws {
    let subject = try await AttackedModel.convolutions(seed: 6)
    let result = try await run(subject, BasicIterative(.lInfinity(0.1), steps: 3))
    let wrong = subject.labels.indices.filter { $0 % 7 == 3 }
    #expect(result.samples.indices.filter { !result.samples[$0].isCleanCorrect } == wrong)
    for sample in wrong {
      #expect(!result.samples[sample].hasFallen && result.samples[sample].passes == Passes())
      #expect(
        result.adversarial.samples(sample..<(sample + 1)) == subject.images.samples(sample..<(sample + 1)))
    }
    #expect(result.cleanAccuracy == Double(41 - wrong.count) / 41)
    let fallen = result.samples.count { $0.hasFallen }
    #expect(result.robustAccuracy == Double(41 - wrong.count - fallen) / 41)
    #expect(result.successRate == Double(fallen) / Double(41 - wrong.count))
  }

  @Test func aBudgetOfNothingGivesTheCleanImages() async throws {
    let subject = try await AttackedModel.convolutions(seed: 7)
    for attack: any Attack in [
      FastGradient(.lInfinity(0)), ProjectedGradientDescent(.lInfinity(0), steps: 3),
      ProjectedGradientDescent(.l2(0), steps: 3),
    ] {
      let result = try await run(subject, attack)
      #expect(result.adversarial == subject.images && result.successRate == 0)
    }
  }

  /// K steps cost K + 1 forward and K backward passes for a sample that stands, in each restart.
  @Test func passesAreCounted() async throws {
    let subject = try await AttackedModel.convolutions(seed: 8)
    let runner = AttackRunner(tile: 64, chunk: 4, restarts: 2)
    let result = try await run(subject, ProjectedGradientDescent(.lInfinity(0.02), steps: 9), runner)
    for sample in result.samples where sample.isCleanCorrect {
      let (restart, step) = (sample.restart ?? 1, sample.step ?? 9)
      #expect(sample.passes == Passes(forward: restart * 10 + step + 1, backward: restart * 9 + step))
    }
    let (needed, executed) = (result.passes, result.executed)
    #expect(needed.forward <= executed.forward && needed.backward <= executed.backward)
  }

  @Test func growingBudgetsKeepWhatHasFallen() async throws {
    let subject = try await AttackedModel.convolutions(seed: 9)
    let budgets: [Ratio] = [0, 1 / 255, 4 / 255, 16 / 255, 100 / 255]
    let results = try await AttackRunner(tile: 16).run(
      growing: budgets.map { ProjectedGradientDescent(.lInfinity($0), steps: 4) }, on: subject.model,
      subject.samples, device: CPUDevice(threads: 1))
    for (smaller, larger) in zip(results, results.dropFirst()) {
      #expect(larger.robustAccuracy <= smaller.robustAccuracy)
      for (index, (a, b)) in zip(smaller.samples, larger.samples).enumerated() where a.hasFallen {
        #expect(b.hasFallen && b.distance == a.distance && b.flags.contains(.carriedOver))
        #expect(b.passes == Passes(), "a sample that had fallen was attacked again")
        let range = index..<(index + 1)
        #expect(smaller.adversarial.samples(range) == larger.adversarial.samples(range))
      }
    }
    #expect(results[4].robustAccuracy == 0 && results[0].robustAccuracy == results[0].cleanAccuracy)
    await #expect(throws: AttackError.self) {
      try await AttackRunner().run(
        growing: [FastGradient(.lInfinity(0.2)), FastGradient(.lInfinity(0.1))], on: subject.model,
        subject.samples, device: CPUDevice(threads: 1))
    }
  }

  /// A larger budget with another loss begins with the clean images; what was found within the smaller one stays.
  @Test func cancellationOfALaterLossKeepsWhatWasFound() async throws {
    let subject = try await AttackedModel.convolutions(seed: 9)
    var later = ProjectedGradientDescent(.lInfinity(0.02), steps: 2)
    later.loss = CancellingLoss()
    let attacks = [ProjectedGradientDescent(.lInfinity(0.01), steps: 2), later]
    let task = Task {
      try await AttackRunner(tile: 16).run(
        growing: attacks, on: subject.model, subject.samples, device: CPUDevice(threads: 1))
    }
    let results = try await task.value
    #expect(results.count == 1 && results[0].parameters.loss == "ce")
  }

  @Test func targetsAreReachedAlone() async throws {
    let subject = try await AttackedModel.convolutions(seed: 10)
    let targets = subject.labels.map { ($0 + 2) % 5 }
    let samples = try AttackSamples(images: subject.images, labels: subject.labels, targets: targets)
    for loss in AttackLosses.all {
      var attack = ProjectedGradientDescent(.lInfinity(0.05), steps: 10)
      attack.loss = loss
      let result = try await AttackRunner(tile: 16).run(
        attack, on: subject.model, samples, device: CPUDevice(threads: 1))
      #expect(result.samples.contains { $0.hasFallen }, "\(loss.name)")
      let predicted = try await predictions(subject.model, result.adversarial)
      for (index, sample) in result.samples.enumerated() where sample.isCleanCorrect {
        #expect(sample.hasFallen == (predicted[index] == targets[index]), "\(loss.name), \(index)")
      }
    }
  }

  @Test func progressGrowsToTheEnd() async throws {
    let subject = try await AttackedModel.convolutions(seed: 11)
    for stopsEarly in [true, false] {
      let log = ProgressLog()
      _ = try await AttackRunner(tile: 8, chunk: 2, restarts: 3, stopsEarly: stopsEarly).run(
        ProjectedGradientDescent(.lInfinity(0.02), steps: 5), on: subject.model, subject.samples,
        device: CPUDevice(threads: 1), progress: { log.add($0) })
      let steps = log.steps
      #expect(steps.count > 5 && zip(steps, steps.dropFirst()).allSatisfy { $0.done <= $1.done })
      #expect(steps.last.map { $0.done == $0.total } == true)
      // Six samples are misclassified and not attacked; what a fallen sample is spared is not done but taken away.
      #expect(steps.first.map { $0.done == 0 && $0.total == 35 * 15 } == true)
      #expect(zip(steps, steps.dropFirst()).allSatisfy { $0.total >= $1.total })
      #expect(stopsEarly ? (steps.last?.total ?? 0) < 35 * 15 : steps.last?.total == 35 * 15)
    }
  }

  private func predictions(_ model: Model, _ images: HostArray) async throws -> [Int32] {
    let graph = try Graph { scope in
      [model.bound(in: scope)(scope.input("images", images.shape)).argmax()]
    }
    let device = try CPUDevice(threads: 1)
    let weights = try Weights(model.values, on: device)
    var executable = try Executable(graph, on: device)
    return try await executable.run(["images": images], reading: weights)[0].integers
  }
}

/// A loss that ends the task that traces it.
private struct CancellingLoss: AttackLoss {
  static let names = ["cancelling"]
  func callAsFunction(_ logits: Tensor, _ labels: Tensor) -> Tensor {
    // SAFETY: the task is the one that runs this.
    unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
    return logits.crossEntropy(labels) * 2
  }
  func callAsFunction(_ logits: Tensor, _ labels: Tensor, toward targets: Tensor) -> Tensor {
    callAsFunction(logits, targets)
  }
}
