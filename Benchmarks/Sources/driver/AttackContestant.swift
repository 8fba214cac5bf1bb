import Attacks
import Compute
import Networks

/// PGD through the attack runner, as a user of the library calls it.
///
/// Preparation is included, every point is judged, the best is kept, the answer is checked. Samples that have fallen are
/// not dropped, so that every step is made.
final class AttackContestant: Contestant {
  let settings: String
  private let inputs: Inputs
  private let samples: AttackSamples
  private let attack: ProjectedGradientDescent
  private let runner = AttackRunner(stopsEarly: false)
  private var found: AttackResult?

  init(_ request: Request) throws {
    inputs = try Inputs(request)
    samples = try AttackSamples(images: inputs.images, labels: inputs.labels.integers)
    attack = ProjectedGradientDescent(
      .lInfinity(radius: try request.need(\.budgets, "budgets").first ?? 0),
      stepSize: .absolute(Ratio(try request.need(\.stepSize, "stepSize"))),
      steps: try request.need(\.steps, "steps"), startsAtRandom: false)
    settings = "\(inputs.title), no early stop"
  }

  func run() async throws {
    // What the last run found must not count as memory that this one needs.
    found = nil
    found = try await runner.run(attack, on: inputs.model, samples, device: inputs.device)
  }

  func result(storedAt path: String?) async throws -> [String: [Double]] {
    guard let found else { return [:] }
    try store(found.adversarial, at: path)
    return [
      "clean": [found.cleanAccuracy], "robust": [found.robustAccuracy], "prepare": [found.seconds.prepare],
    ]
  }
}
