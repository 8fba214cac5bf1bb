import Attacks
import Compute
import Datasets
import Networks

extension Subject {
  /// What attacks of growing budgets find for the samples; after Ctrl-C what was found so far is checked and given back.
  ///
  /// - Parameter model: What is attacked: the subject's model, or one that it is a part of.
  /// - Throws: As the runner; a ``CommandFailure`` that names the file for data and models that do not fit.
  func attacked(
    by attacks: [any IterativeAttack], _ runner: AttackRunner, _ model: Model, on device: any Device,
    progress: @escaping AttackProgressHandler
  ) async throws -> [AttackResult] {
    let samples = try AttackSamples(
      images: inputs, labels: self.samples.labels, indices: self.samples.numbers?.map { Int32($0) })
    let task = Task {
      try await runner.run(growing: attacks, on: model, samples, device: device, progress: progress)
    }
    do {
      return try await Interruption.stopping(by: { task.cancel() }) { try await task.value }
    } catch let error as AttackError where error.kind == .data {
      throw CommandFailure("\(self.samples.name): \(error)")
    } catch let error as AttackError where error.kind == .model {
      throw CommandFailure("\(classifier.path): \(error)")
    }
  }
}
