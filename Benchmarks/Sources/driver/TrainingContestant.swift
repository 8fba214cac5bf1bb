import Compute
import Networks
import Training

/// Steps of training on one batch: forward with the statistics of the batch, every gradient, gradient descent with
/// momentum.
final class TrainingContestant: Contestant {
  let settings: String
  private let steps: Int
  private var executable: Executable
  private var weights: Weights
  private var losses: [Double] = []

  init(_ request: Request) throws {
    let inputs = try Inputs(request)
    let optimizer = StochasticGradientDescent(momentum: try request.need(\.momentum, "momentum"))
    let rate = try request.need(\.rate, "rate")
    steps = try request.need(\.steps, "steps")
    let graph = try Graph { scope in
      let network = inputs.model.bound(in: scope)
      let images = scope.input("batch.images", inputs.images.shape)
      let labels = scope.input("batch.labels", inputs.labels.shape, .int32)
      let (outputs, statistics) = network.applied(to: [images], mode: .training(randomness: nil))
      let loss = outputs[0].crossEntropy(labels).mean()
      let gradients = loss.gradients(withRespectTo: network.weights)
      let names = inputs.model.parameters.filter { $0.role == .weight }.map(\.name)
      for (name, (weight, gradient)) in zip(names, zip(network.weights, gradients)) {
        let velocity = scope.parameter(Self.velocity(name), weight.shape)
        let next = optimizer.step(weight, along: gradient, rate: scope.full([], rate), memory: [velocity])
        scope.update(weight, with: next.weight)
        scope.update(velocity, with: next.memory[0])
      }
      for (name, value) in statistics.sorted(by: { $0.key < $1.key }) {
        if let parameter = network.parameters[name] { scope.update(parameter, with: value) }
      }
      return [loss]
    }
    executable = try Executable(graph, on: inputs.device)
    weights = try Weights(Self.values(inputs.model), on: inputs.device)
    try executable.write("batch.images", inputs.images)
    try executable.write("batch.labels", inputs.labels)
    let plan = executable.plan
    settings = "\(inputs.title), \(plan.launchCount) launches, arena of \(plan.arenaBytes) bytes"
  }

  /// One loss is read at the end, so that the host waits once.
  func run() async throws {
    for _ in 0..<steps { try executable.launch(updating: &weights) }
    losses.append(Double(try await executable.read().floats[0]))
  }

  func result(storedAt path: String?) async throws -> [String: [Double]] { ["losses": losses] }

  private static func velocity(_ name: String) -> String { "velocity.\(name)" }

  /// The model's values, and velocities of 0.
  private static func values(_ model: Model) -> [String: HostArray] {
    var values = model.values
    for parameter in model.parameters where parameter.role == .weight {
      let shape = parameter.value.shape
      values[velocity(parameter.name)] = HostArray(shape, [Float](repeating: 0, count: shape.count))
    }
    return values
  }
}
