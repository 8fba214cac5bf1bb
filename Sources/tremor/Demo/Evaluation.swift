import Attacks
import Compute
import Datasets
import Networks

/// Attacks a model with several budgets on one device.
struct Evaluation: Sendable {
  /// The largest changes of a pixel, in 0...1, in rising order.
  var budgets: [Ratio]
  /// Steps of the attack.
  var steps: Int
  /// What the attack's starts are drawn from.
  var seed: UInt64

  /// Which images are classified rightly: clean ones first, then those of each budget.
  struct Result: Sendable {
    let correct: [[Bool]]
    /// Seconds of opening the device where that is part of it, tracing, planning, building kernels, copying weights.
    var preparation: Double
    /// Seconds of everything that ran, including the copies to and fro.
    let attack: Double

    /// The share of images that are classified rightly, in the order of `correct`.
    var accuracies: [Double] { correct.map { Double($0.count { $0 }) / Double(max(1, $0.count)) } }
  }

  /// Attacks all samples; one that has fallen is not attacked again with a larger budget.
  func run(_ model: Model, on device: any Device, _ samples: Samples) async throws -> Result {
    let attacks = budgets.map {
      ProjectedGradientDescent(.lInfinity($0), stepSize: .relative(0.2), steps: steps)
    }
    let results = try await AttackRunner(seed: seed).run(
      growing: attacks, on: model, AttackSamples(images: samples.inputs, labels: samples.labels),
      device: device)
    let clean = results[0].samples.map(\.isCleanCorrect)
    let robust = results.map { $0.samples.map { $0.isCleanCorrect && !$0.hasFallen } }
    return Result(
      correct: [clean] + robust,
      preparation: results.reduce(0) { $0 + $1.seconds.prepare },
      attack: results.reduce(0) { $0 + $1.seconds.predict + $1.seconds.attack })
  }
}
