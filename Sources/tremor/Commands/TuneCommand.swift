import ArgumentParser
import Compute
import DeviceSelection

/// `tremor tune`: measures which launch parameters suit a device, and keeps them for every later command.
struct TuneCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune",
    abstract: "Measure which launch parameters suit a device for a model, and keep them.",
    discussion: """
      For example:

        tremor tune --model model.onnx --seconds 5

      What is tuned is how much of a layer one work-item covers, never which kernel computes it, so no result \
      changes by a bit. The choices are kept beside compiled kernels, for this device alone; TREMOR_TUNING=off \
      ignores them, TREMOR_CACHE=off keeps nothing.
      """)

  @Option(help: ArgumentHelp("The classifier, an ONNX file.", valueName: "file")) var model: String?

  @Option(
    help: ArgumentHelp(
      "A built-in network with random weights instead: \(BenchSubject.networkNames); cnn6 without --model.",
      valueName: "name"))
  var network: String?

  @Option(help: ArgumentHelp("What is tuned.", valueName: "what"))
  var what = BenchQuantity.step

  @Option(
    name: [.customLong("batch"), .customLong("batch-size")], parsing: .unconditional,
    help: ArgumentHelp(
      "Samples of a run; by default as many as attacks and Jacobians take on the device, 128 for training.",
      valueName: "N"))
  var batch: Int?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("How many seconds may be spent on measuring.", valueName: "S")
  )
  var seconds = 5.0

  @OptionGroup var output: ModelOutputOption
  @OptionGroup var device: DeviceOptions
  @OptionGroup var answer: OutputOptions

  func validate() throws {
    if model != nil, network != nil {
      throw ValidationError("--model and --network: only one of them can be tuned")
    }
    try requireCount(batch, in: 1...BatchSize.largest, "--batch")
    if !(0.1...3600).contains(seconds) {
      throw ValidationError("--seconds \(seconds): a number in 0.1...3600 is needed")
    }
    if let network { try BenchSubject.requireNetwork(network) }
  }

  func run() async throws {
    let subject =
      try model.map { try BenchSubject(path: $0, output: output) } ?? BenchSubject(network: network ?? "cnn6")
    let entry = try device.entry(answer)
    let computation = try BenchComputation(what, of: subject, batch: batch, on: entry.device)
    let tuner = try await Tuner(on: entry.device, seconds: seconds) {
      try computation.executable(on: entry.device, tuning: $0)
    }
    let store = entry.tuningStore
    do {
      try store.add(tuner.tuning)
    } catch {
      throw CommandFailure("the choices cannot be kept: \(error); name another folder with TREMOR_CACHE_DIR")
    }
    let report = TuneReport(subject, computation, tuner, isKept: store.keepsAnything)
    try answer.answer("tune", on: entry, body: { report }, text: { report.text(subject, entry) })
  }
}
