import Attacks
import Compute
import Datasets

/// Attacks a ``DigitNetwork`` with several budgets on one device.
struct Evaluation: Sendable {
  /// The largest changes of a pixel, in 0...1.
  var budgets: [Double]
  /// Steps of the attack.
  var steps: Int
  /// Images a launch; the results do not depend on it.
  var tile = 100
  /// What the attack's starts are drawn from.
  var seed: UInt64

  /// Which images are classified rightly: clean ones first, then those of each budget.
  struct Result: Sendable {
    var correct: [[Bool]]
    /// Opening the device where that is part of it, tracing, planning, building kernels, copying weights.
    var preparation: Duration
    /// Everything that ran, including the copies to and fro.
    var attack: Duration

    /// The share of images that are classified rightly, in the order of `correct`.
    var accuracies: [Double] { correct.map { Double($0.count { $0 }) / Double($0.count) } }
  }

  /// Attacks every image of `data`, as many as fill whole tiles.
  func run(_ values: [String: HostArray], on device: any Device, _ data: LabeledImages) async throws -> Result
  {
    let clock = ContinuousClock()
    let start = clock.now
    let weights = try Weights(values, on: device)
    var executable = try Executable(graph(), on: device)
    let prepared = clock.now
    var correct = [[Bool]](repeating: [], count: budgets.count + 1)
    let samples = SampleReader(data)
    for first in stride(from: 0, through: data.count - tile, by: tile) {
      let arguments = samples.arrays(Array(first..<first + tile))
      let results = try await executable.run(arguments, reading: weights)
      for (index, result) in results.enumerated() { correct[index] += result.bytes.map { $0 != 0 } }
    }
    return Result(correct: correct, preparation: prepared - start, attack: clock.now - prepared)
  }

  /// Everything at once: one plan, one round trip a tile for all budgets.
  func graph() throws -> Graph {
    try Graph { scope in
      let network = DigitNetwork(scope)
      let samples = SampleInputs(scope, count: tile)
      let victim = samples.victim(of: { network($0) }, seed: seed)
      let attacked = budgets.map { budget in
        ProjectedGradientDescent(.lInfinity(radius: budget), stepSize: .relative(0.2), steps: steps).perturb(
          victim)
      }
      return ([samples.images] + attacked).map { network($0).predicts(samples.labels) }
    }
  }
}
