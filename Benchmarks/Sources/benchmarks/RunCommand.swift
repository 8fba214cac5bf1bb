import ArgumentParser
import Benchmarking
import Compute
import DeviceSelection
import Foundation

/// Measures, checks the gates, and writes a report.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Measure kernels, planning and attacks; exit with 1 where a gate is exceeded.",
    discussion: """
      Gates are counts with expected values in gates.json: launches, arena bytes, host waits. Times only inform.
      """)

  @Option(help: "The device: cpu, opencl or opencl:N.")
  var device = "cpu"

  @Option(help: "Threads of the CPU device; by default one for each core.")
  var threads: Int?

  @Flag(help: "About five minutes (the default), or everything with more time for each case.")
  var extent = Extent.quick

  @Option(help: "Only cases whose group or name contains this text.")
  var filter: String?

  @Option(help: ArgumentHelp("Write the report as JSON.", valueName: "file"))
  var json: String?

  @Option(help: ArgumentHelp("Write the report as Markdown.", valueName: "file"))
  var markdown: String?

  @Option(help: ArgumentHelp("Write <device>.json and <device>.md into this folder.", valueName: "folder"))
  var results: String?

  @Flag(help: "Take the counts of this run as those that the gates expect.")
  var acceptGates = false

  /// How much is measured.
  enum Extent: String, EnumerableFlag {
    case quick, full
  }

  func validate() throws {
    if DeviceRequest(device) == nil {
      throw ValidationError("--device \(device): there is no such device; say cpu, opencl or opencl:N")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads \(threads): a number in 1...1024 is needed")
    }
  }

  func run() async throws {
    let request = DeviceRequest(device) ?? .cpu
    let entry = try DeviceCatalog.current(threads: threads, for: request).entry(for: request)
    let suite = try Suite(isFull: extent == .full, filter: filter)
    var report = BenchmarkReport(
      origin: Checkout.origin(), machine: .current,
      device: .init(name: entry.name, title: entry.title, family: entry.device.family.rawValue))
    report.peaks =
      entry.device.name == "cpu"
      ? DevicePeaks(try MachinePeaks.measured(threads: threads))
      : try await DevicePeaks.measured(on: entry.device)
    let isInOrder = try await checkGates(suite, &report)
    try await suite.measure(entry.device, into: &report) { print(Self.line($0)) }
    if report.cases.isEmpty { throw BenchmarkError("no case matches '\(filter ?? "")'; try a shorter text") }
    report.origin.loadAfter = MachineDescription.loadAverages
    try write(report)
    if !isInOrder { throw ExitCode(1) }
  }

  /// Counts, and compares with what is expected.
  ///
  /// - Returns: Whether no gate fails.
  private func checkGates(_ suite: Suite, _ report: inout BenchmarkReport) async throws -> Bool {
    guard filter == nil || acceptGates else {
      print("a filter is given, so gates are not checked")
      return true
    }
    guard FileManager.default.fileExists(atPath: Checkout.folder) else {
      print("the checkout that this was built from is not here, so gates are not checked")
      return true
    }
    let problems = try suite.kernelProblems()
    for problem in problems { Self.complain(problem) }
    report.counts = try await PlanCounts.all(suite.workloads)
    let path = Checkout.folder + "/gates.json"
    var gates = try Gates(contentsOf: path)
    if acceptGates {
      gates.accept(report.counts)
      try gates.write(to: path)
      print("\(report.counts.count) gates accepted in \(path)")
    }
    let findings = gates.check(report.counts)
    for finding in findings { Self.complain("\(finding)") }
    return problems.isEmpty && !findings.contains(where: \.isFailure)
  }

  private func write(_ report: BenchmarkReport) throws {
    let name = MachineDescription.fileName(
      for: report.device.name == "cpu" ? report.machine.processor : report.device.title)
    let folder = results.map { URL(filePath: $0) }
    if let folder { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }
    let places = [
      (json, try report.json()), (markdown, report.markdown),
      (folder?.appending(path: "\(name).json").path, try report.json()),
      (folder?.appending(path: "\(name).md").path, report.markdown),
    ]
    for (path, text) in places {
      guard let path else { continue }
      try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
      print("wrote \(path)")
    }
  }

  private static func line(_ timed: BenchmarkReport.Case) -> String {
    let figures = timed.figures.sorted { $0.key < $1.key }.map {
      "\(String(format: "%.4g", $0.value)) \($0.key)"
    }
    let seconds = String(format: "%10.3f ms", timed.measurement.median * 1e3)
    return "\(timed.name): \(seconds); \(figures.joined(separator: ", "))"
  }

  private static func complain(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}
