import Attacks
import Compute
import Networks

/// Robust accuracy at growing budgets: PGD with restarts, samples dropped once they have fallen.
final class EvaluationContestant: Contestant {
  let settings: String
  private let inputs: Inputs
  private let samples: AttackSamples
  private let attacks: [ProjectedGradientDescent]
  private let runner: AttackRunner
  private var found: [AttackResult] = []

  init(_ request: Request) throws {
    inputs = try Inputs(request)
    samples = try AttackSamples(images: inputs.images, labels: inputs.labels.integers)
    let steps = try request.need(\.steps, "steps")
    attacks = try request.need(\.budgets, "budgets").map { radius in
      ProjectedGradientDescent(.lInfinity(radius: radius), stepSize: .relative(0.25), steps: steps)
    }
    runner = AttackRunner(restarts: try request.need(\.restarts, "restarts"))
    settings = "\(inputs.title), early stop, growing budgets"
  }

  func run() async throws {
    found = []
    found = try await runner.run(growing: attacks, on: inputs.model, samples, device: inputs.device)
  }

  func result(storedAt path: String?) async throws -> [String: [Double]] {
    guard let first = found.first else { return [:] }
    return [
      "clean": [first.cleanAccuracy], "robust": found.map(\.robustAccuracy),
      "prepare": found.map(\.seconds.prepare), "attack": found.map(\.seconds.attack),
      "backward": found.map { Double($0.executed.backward) },
    ]
  }
}
