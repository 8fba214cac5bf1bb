import Compute
import Networks

/// Every row of the Jacobian of the logits, for each sample.
final class JacobianContestant: Contestant {
  let settings: String
  private let inputs: Inputs
  private var evaluation: ModelEvaluation
  private let weights: Weights
  private var found: HostArray?

  init(_ request: Request) throws {
    inputs = try Inputs(request)
    let sample = Shape(Array(inputs.images.shape.extents.dropFirst()))
    evaluation = try ModelEvaluation(.jacobians, of: inputs.model, sample: sample, on: inputs.device)
    try evaluation.prepare(for: inputs.count)
    weights = try Weights(inputs.model.values, on: inputs.device)
    settings = "\(inputs.title), tile \(evaluation.tile)"
  }

  func run() async throws {
    found = nil
    found = try await evaluation.run(inputs.images, reading: weights)[1]
  }

  func result(storedAt path: String?) async throws -> [String: [Double]] {
    if let found { try store(found, at: path) }
    return [:]
  }
}
