import Attacks
import Compute
import Datasets
import DeviceSelection

/// What the demo found, on one device after the other.
struct DemoReport {
  private struct Row {
    let entry: DeviceEntry
    let network: Int
    let result: Evaluation.Result
  }

  let networks: [DemoNetwork.Trained]
  let evaluation: Evaluation
  /// Why there is no OpenCL device.
  let absence: String?
  private var rows: [Row] = []
  private var failures: [(device: String, reason: String)] = []

  init(networks: [DemoNetwork.Trained], evaluation: Evaluation, absence: String?) {
    self.networks = networks
    self.evaluation = evaluation
    self.absence = absence
  }

  /// Attacks every network on a device; one that cannot be used is reported, and stops nothing but itself.
  mutating func evaluate(on entry: DeviceEntry, _ samples: Samples) async throws {
    do {
      let clock = ContinuousClock()
      var opening = try clock.measure { try entry.open() } / .seconds(1)
      for (index, network) in networks.enumerated() {
        var result = try await evaluation.run(network.model, on: entry.device, samples)
        // The first network pays for what the device needs once: its driver, its self-test, its kernels.
        result.preparation += opening
        opening = 0
        rows.append(Row(entry: entry, network: index, result: result))
      }
    } catch let error as DeviceError where entry.kind != .processor {
      rows.removeAll { $0.entry.name == entry.name }
      failures.append((entry.name, error.message))
    }
  }

  /// How many decisions of a device differ from those of the first for the same network.
  private func differences(_ row: Row) -> Int {
    guard let first = rows.first(where: { $0.network == row.network }) else { return 0 }
    let pairs = zip(first.result.correct.joined(), row.result.correct.joined())
    return pairs.count { $0 != $1 }
  }

  /// How many decisions of other devices were compared with the first one's.
  private var decisions: Int {
    let others = rows.filter { $0.entry.name != rows.first?.entry.name }
    return others.reduce(0) { $0 + $1.result.correct.joined().count }
  }
}

extension DemoReport {
  /// The table, what it means, and whose images these are.
  var text: String {
    var table = Table(
      ["device", "kernels", "trained on", "clean"] + evaluation.budgets.map { "eps \($0)" } + [
        "prepare s", "attack s",
      ])
    for row in rows {
      let result = row.result
      table.add(
        [row.entry.name, row.entry.device.family.rawValue, networks[row.network].name]
          + result.accuracies.map(Format.percentage)
          + [Format.fixed(result.preparation, 2), Format.fixed(result.attack, 2)])
    }
    let images = rows.first?.result.correct.first?.count ?? 0
    let titles = rows.filter { $0.network == 0 }.map { "\($0.entry.name): \($0.entry.title)" }
    let unused = failures.map { "\($0.device) was not used: \($0.reason)" }
    let missing = absence.map { ["No OpenCL device: \($0)"] } ?? []
    return """
      Accuracy in % on \(images) test images, clean and attacked: Linf PGD, \(evaluation.steps) steps, \
      pixels in 0...1.

      \(table.text)

      \((titles + [agreement] + unused + missing).joined(separator: "\n"))
      Images: \(Digits.attribution)
      """
  }

  private var agreement: String {
    guard Set(rows.map(\.entry.name)).count > 1 else { return "There is one device, so nothing to compare." }
    let different = rows.reduce(0) { $0 + differences($1) }
    if different == 0 { return "The devices agree on each of \(decisions) decisions." }
    return "The devices differ in \(different) of \(decisions) decisions."
  }

  /// The same for scripts.
  struct Summary: Encodable {
    struct Result: Encodable {
      let device: DevicePart
      let trainedOn: String
      let clean: Double
      let robust: [Double]
      let differencesFromFirstDevice: Int
      let seconds: [String: Double]
    }
    struct Failure: Encodable {
      let device, reason: String
    }
    let budgets: [Double]
    let steps: Int
    let seed: UInt64
    let trainingSeconds: [String: Double]
    /// The files, by what the networks were trained on, where they stay.
    let models: [String: String]
    let results: [Result]
    let unused: [Failure]
  }

  var summary: Summary {
    Summary(
      budgets: evaluation.budgets.map(\.value), steps: evaluation.steps, seed: evaluation.seed,
      trainingSeconds: Dictionary(uniqueKeysWithValues: networks.map { ($0.name, $0.seconds) }),
      models: networks.reduce(into: [:]) { $0[$1.name] = $1.path },
      results: rows.map { row in
        let accuracies = row.result.accuracies
        return Summary.Result(
          device: DevicePart(row.entry),
          trainedOn: networks[row.network].name,
          clean: accuracies[0], robust: Array(accuracies.dropFirst()),
          differencesFromFirstDevice: differences(row),
          seconds: ["prepare": row.result.preparation, "attack": row.result.attack])
      },
      unused: failures.map { Summary.Failure(device: $0.device, reason: $0.reason) })
  }
}
