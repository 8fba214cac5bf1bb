import ArgumentParser
import ArrayFiles
import Attacks
import Compute
import Datasets
import DeviceSelection
import Foundation
import Networks

/// What the commands that compute one quantity of every sample have in common: from arguments to arrays.
struct SampleComputation {
  /// The command's name, which is also what its time is called.
  let name: String
  let quantity: ModelEvaluation.Quantity
  /// The loss that is differentiated, if one is.
  var loss: (any AttackLoss)?
  let modelPath: String
  let data: DataArgument
  /// Where the array is stored, if anywhere.
  let outputPath: String?
  let samples: SampleOptions
  let device: DeviceOptions
  let output: OutputOptions

  /// What came of it.
  struct Result {
    let subject: Subject
    let entry: DeviceEntry
    /// The logits, `[N, K]`, all finite.
    let logits: HostArray
    let predictions: Predictions
    /// The array beside the logits, for quantities that have one, in the model's shape.
    let array: HostArray?
    let warnings: [Warning]
    /// Samples at a time.
    let tile: Int
    var seconds: [String: Double]
  }

  /// Computes the quantity.
  ///
  /// An output that cannot be written is found before anything else.
  func run() async throws -> Result {
    try checkOutput()
    var watch = Stopwatch()
    let subject = try Subject(modelPath, data.source, samples, output)
    if let loss { try subject.requireClasses(for: loss) }
    if case .jacobians = quantity { try requireMemory(for: subject) }
    var seconds = ["load": watch.lap()]
    let entry = try device.entry(output)
    let weights = try Weights(subject.model.values, on: entry.device)
    var evaluation = try ModelEvaluation(
      quantity, of: subject.model, sample: Shape(Array(subject.inputs.shape.extents.dropFirst())),
      tile: samples.batch.count, on: entry.device)
    try evaluation.prepare(for: subject.count)
    seconds["prepare"] = watch.lap()
    let bar = ProgressBar(name, total: subject.count, output)
    defer { bar.finish() }
    let results = try await evaluation.run(
      subject.inputs, labels: subject.labels, reading: weights
    ) { bar.update($0) }
    seconds[name] = watch.lap()
    let logits = subject.logits(results[0])
    var warnings = subject.findings + [LogitCheck.finding(logits)].compactMap { $0 }.map { Warning($0) }
    if let warning = try subject.nonFiniteOutputs(logits) { warnings.append(warning) }
    if results.count > 1, let warning = try subject.nonFiniteDerivatives(results[1], quantity) {
      warnings.append(warning)
    }
    return Result(
      subject: subject, entry: entry, logits: logits,
      predictions: Predictions(logits, labels: subject.samples.labels),
      array: results.count > 1 ? results[1] : nil, warnings: warnings, tile: evaluation.tile, seconds: seconds
    )
  }

  /// Stores an array where the user wants it.
  func store(_ array: HostArray) throws {
    if let outputPath { try NPYFile.write(StoredArray(array), to: outputPath) }
  }

  /// Refuses Jacobians that this machine could not hold.
  private func requireMemory(for subject: Subject) throws {
    let (bytes, overflows) = subject.inputs.bytes.count.multipliedReportingOverflow(by: subject.classCount)
    let limit = ProcessInfo.processInfo.physicalMemory / 4
    guard overflows || UInt64(bytes) > limit else { return }
    let size = overflows ? "too much memory" : Format.bytes(UInt64(bytes))
    throw CommandFailure(
      "\(subject.samples.name): the Jacobians of \(subject.count) samples take \(size), and a quarter of the "
        + "memory is \(Format.bytes(limit)); choose a smaller --limit")
  }

  private func checkOutput() throws {
    try requireEnding(outputPath, of: [".npy"], "--output")
    if let outputPath { _ = try OutputFile(outputPath) }
  }
}

/// The parameters that were in force, as reports show them.
struct EffectiveParameters: Encodable {
  /// Samples at a time.
  let batch: Int
  let limit: Int?
  let seed: UInt64
  var loss: String?

  init(_ options: SampleOptions, tile: Int, loss: String? = nil) {
    batch = tile
    limit = options.limit
    seed = options.random.seed
    self.loss = loss
  }
}

/// An array in a file.
struct StoredOutput: Encodable {
  let path: String
  let type: String
  let shape: [Int]

  init?(_ path: String?, _ array: HostArray) {
    guard let path else { return nil }
    self.path = path
    type = "\(array.type.element)"
    shape = array.shape.extents
  }

  /// For people.
  var text: String { "\(path)  \(type)[\(shape.map(String.init).joined(separator: ", "))]" }
}

/// The text of a data set, understood while arguments are read.
struct DataArgument: ExpressibleByArgument {
  let source: DataSource

  init(_ text: String) throws { source = try DataSource(text) }

  init?(argument: String) {
    guard let known = try? DataArgument(argument) else { return nil }
    self = known
  }

  /// How data sets are named, for helps.
  static let help = ArgumentHelp(
    "The samples: \(DataSource.formats.map { $0.usage }.joined(separator: ", ")).", valueName: "data")
}

/// Where seconds went, for people.
func timeText(_ seconds: [String: Double], _ order: [String], samples: Int) -> String {
  let parts = order.compactMap { name in seconds[name].map { "\(name) \(Format.fixed($0, 2)) s" } }
  guard let name = order.last, let last = seconds[name], last > 0 else {
    return parts.joined(separator: ", ")
  }
  return parts.joined(separator: ", ") + " (\(Format.rate(Double(samples) / last)) samples/s)"
}
