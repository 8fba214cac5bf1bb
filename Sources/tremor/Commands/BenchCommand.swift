import ArgumentParser
import Benchmarking
import Compute
import DeviceSelection

/// `tremor bench`: where the time of a model goes on this machine, and which kernels were chosen.
struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Time a model layer by layer: share of this machine's peak, the kernel chosen, and why.",
    discussion: """
      For example:

        tremor bench --model model.onnx
        tremor bench convolution --network resnet20 --what train --batch 128

      Every launch is timed by itself, in turn with whole runs that the sum can be checked against. A step is \
      one of projected gradient descent: forward, input gradient, update. GFLOP/s count the products of the direct \
      algorithm, twice, so a kernel that does with fewer can exceed the peak; GB/s count every byte once, so data \
      in caches can exceed the bandwidth of memory.
      """)

  @Argument(
    help: "Show only launches whose layer, operation or kernel contains this text; all by default.")
  var filter: String?

  @Option(help: ArgumentHelp("The classifier, an ONNX file.", valueName: "file")) var model: String?

  @Option(
    help: ArgumentHelp(
      "A built-in network with random weights instead: \(BenchSubject.networkNames); cnn6 without --model.",
      valueName: "name"))
  var network: String?

  @Option(help: ArgumentHelp("What is timed.", valueName: "what"))
  var what = BenchQuantity.step

  @Option(
    name: [.customLong("batch"), .customLong("batch-size")], parsing: .unconditional,
    help: ArgumentHelp(
      "Samples of a run; by default as many as attacks and Jacobians take on the device, 128 for training.",
      valueName: "N"))
  var batch: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Runs to take medians of; by default what fits 3 seconds, 5 to 51.", valueName: "N"))
  var repetitions: Int?

  @OptionGroup var output: ModelOutputOption
  @OptionGroup var device: DeviceOptions
  @OptionGroup var answer: OutputOptions

  func validate() throws {
    if model != nil, network != nil {
      throw ValidationError("--model and --network: only one of them can be timed")
    }
    try requireCount(batch, in: 1...BatchSize.largest, "--batch")
    try requireCount(repetitions, in: 1...10_000, "--repetitions")
    if let network { try BenchSubject.requireNetwork(network) }
  }

  func run() async throws {
    let subject =
      try model.map { try BenchSubject(path: $0, output: output) } ?? BenchSubject(network: network ?? "cnn6")
    let entry = try device.entry(answer)
    let computation = try BenchComputation(what, of: subject, batch: batch, on: entry.device)
    let run = BenchRun(computation: computation, repetitions: repetitions)
    let report = BenchReport(try await run.measured(on: entry, answer), filter: filter)
    let isMissed = report.launches.isEmpty && filter != nil
    let missed = Warning(
      kind: "nothingFiltered", message: "no layer, operation or kernel contains '\(filter ?? "")'")
    try answer.answer("bench", on: entry, findings: isMissed ? [missed] : []) {
      report
    } text: {
      report.text(on: entry)
    }
  }
}
