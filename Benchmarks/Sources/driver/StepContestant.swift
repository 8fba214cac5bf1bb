import Attacks
import Compute

/// Steps of PGD in Linf from the clean images, as one graph a tile: forward, input gradient, update, as often as
/// asked.
final class StepContestant: Contestant {
  let settings: String
  private var executable: TiledExecutable
  private let arguments: [String: HostArray]
  private let weights: Weights
  private var found: HostArray?

  init(_ request: Request) throws {
    let inputs = try Inputs(request)
    let radius = try request.need(\.budgets, "budgets").first ?? 0
    let size = try request.need(\.stepSize, "stepSize")
    let steps = try request.need(\.steps, "steps")
    let sample = inputs.images.shape.extents.dropFirst()
    executable = try TiledExecutable(on: inputs.device) { count in
      try Graph { scope in
        let network = inputs.model.bound(in: scope)
        let clean = scope.input("images", Shape([count] + sample))
        let labels = scope.input("labels", [count], .int32)
        let ball = ThreatModel.lInfinity(radius: radius)
        let last = clean.iterated(steps) { image in
          let slope = network(image).crossEntropy(labels).gradient(withRespectTo: image)
          return ball.advance(image, along: slope, by: size, around: clean)
        }
        return [last]
      }
    }
    try executable.prepare(for: inputs.count)
    weights = try Weights(inputs.model.values, on: inputs.device)
    arguments = ["images": inputs.images, "labels": inputs.labels]
    settings = "\(inputs.title), tile \(executable.tile)"
  }

  func run() async throws { found = try await executable.run(arguments, reading: weights)[0] }

  func result(storedAt path: String?) async throws -> [String: [Double]] {
    if let found { try store(found, at: path) }
    return [:]
  }
}
