import Attacks
import Compute
import Datasets
import Networks

extension Subject {
  /// What attacks of growing budgets find for the samples; after Ctrl-C what was found so far is checked and given back.
  ///
  /// - Parameters:
  ///   - model: What is attacked: the subject's model, or one that it is a part of.
  ///   - targets: The class that each sample is to be mistaken for; nil where any wrong one will do.
  /// - Throws: As the runner; a ``CommandFailure`` that names the file for data and models that do not fit.
  func attacked(
    by attacks: [any Attack], _ runner: AttackRunner, _ model: Model, targets: [Int32]? = nil,
    on device: any Device,
    progress: @escaping AttackProgressHandler
  ) async throws -> [AttackResult] {
    let samples = try AttackSamples(
      images: inputs, labels: self.samples.labels, targets: targets,
      indices: self.samples.numbers?.map { Int32($0) })
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
