import Attacks
import Compute

/// Steps of PGD in Linf from the clean images, as one graph: forward, input gradient, update, as often as asked.
final class StepContestant: Contestant {
  let settings: String
  private var executable: Executable
  private let weights: Weights
  private var found: HostArray?

  init(_ request: Request) throws {
    let inputs = try Inputs(request)
    let radius = try request.need(\.budgets, "budgets").first ?? 0
    let size = try request.need(\.stepSize, "stepSize")
    let steps = try request.need(\.steps, "steps")
    let graph = try Graph { scope in
      let network = inputs.model.bound(in: scope)
      let clean = scope.input("images", inputs.images.shape)
      let labels = scope.input("labels", inputs.labels.shape, .int32)
      let ball = LInfinityBall(radius: radius)
      let last = clean.iterated(steps) { image in
        let slope = network(image).crossEntropy(labels).gradient(withRespectTo: image)
        return ball.advance(image, along: slope, by: size, around: clean)
      }
      return [last]
    }
    executable = try Executable(graph, on: inputs.device)
    weights = try Weights(inputs.model.values, on: inputs.device)
    try executable.write("images", inputs.images)
    try executable.write("labels", inputs.labels)
    let plan = executable.plan
    settings = "\(inputs.title), \(plan.launchCount) launches, arena of \(plan.arenaBytes) bytes"
  }

  func run() async throws {
    try executable.launch(reading: weights)
    found = try await executable.read()
  }

  func result(storedAt path: String?) async throws -> [String: [Double]] {
    if let found { try store(found, at: path) }
    return [:]
  }
}
