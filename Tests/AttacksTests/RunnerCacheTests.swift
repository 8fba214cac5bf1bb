import Attacks
import CPUBackend
import Compute
import Networks
import Testing

/// What a run remembers belongs to values, never to names.
@Suite struct RunnerCacheTests {
  /// Losses of one name whose parameters make them differ.
  private struct ScaledMargin: AttackLoss {
    static let names = ["scaled"]
    var factor: Double

    func callAsFunction(_ logits: Tensor, _ labels: Tensor) -> Tensor { logits.marginLoss(labels) * factor }
    func callAsFunction(_ logits: Tensor, _ labels: Tensor, toward targets: Tensor) -> Tensor {
      logits.targetedMarginLoss(targets) * factor
    }
  }

  private func attack(_ factor: Double, _ budget: Ratio) -> any Attack {
    ProjectedGradientDescent(.lInfinity(budget), steps: 4, loss: ScaledMargin(factor: factor))
  }

  /// Without early stop the image of largest loss is kept, so a clean loss that is not this loss' would show.
  @Test(arguments: [[1, 1000], [1000, 1], [1, -1, 2], [1, 1, 3]] as [[Double]])
  func lossesOfOneNameAreToldApart(_ factors: [Double]) async throws {
    let subject = try await AttackedModel.convolutions(seed: 12)
    let device = try CPUDevice(threads: 1)
    for stopsEarly in [true, false] {
      let runner = AttackRunner(tile: 8, stopsEarly: stopsEarly)
      // Budgets of nothing: no sample falls, so none is carried over.
      let attacks = factors.map { attack($0, 1 / 4096) }
      let together = try await runner.run(
        growing: attacks, on: subject.model, subject.samples, device: device)
      for (attack, result) in zip(attacks, together) {
        let alone = try await runner.run(attack, on: subject.model, subject.samples, device: device)
        for (index, sample) in alone.samples.enumerated() where !sample.hasFallen {
          let range = index..<(index + 1)
          guard !result.samples[index].flags.contains(.carriedOver) else { continue }
          #expect(result.samples[index] == sample)
          #expect(result.adversarial.samples(range) == alone.adversarial.samples(range))
        }
      }
    }
  }
}
