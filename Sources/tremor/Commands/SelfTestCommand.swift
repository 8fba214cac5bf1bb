import ArgumentParser
import Compute
import DeviceSelection

/// `tremor self-test`: whether a device computes what the reference interpreter computes.
struct SelfTestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "self-test",
    abstract: "Run small graphs of every kind on a device and compare them with the reference interpreter.")

  @OptionGroup var device: DeviceOptions
  @OptionGroup var output: OutputOptions

  @Option(help: "Only the cases whose names contain this text; all by default.")
  var only: String?

  @Flag(
    help:
      "Report wrong values without failing: for simulators that check memory and whose arithmetic differs.")
  var memoryOnly = false

  func run() async throws {
    let cases = SelfTestCase.all.filter { test in only.map { test.name.contains($0) } ?? true }
    guard !cases.isEmpty else { throw ValidationError("--only \(only ?? ""): no case has such a name") }
    let entry = try device.entry(output)
    var outcomes: [SelfTestOutcome] = []
    for test in cases { outcomes.append(await test.run(on: entry.device)) }
    let failures = outcomes.filter { !$0.passed }
    try output.answer("self-test", on: entry) {
      Report(passed: failures.isEmpty, cases: outcomes)
    } text: {
      text(outcomes, entry)
    }
    guard failures.isEmpty || memoryOnly else {
      let names = failures.map(\.name).joined(separator: ", ")
      throw CommandFailure("\(entry.name): \(failures.count) of \(outcomes.count) cases failed: \(names)")
    }
  }

  private struct Report: Encodable {
    let passed: Bool
    let cases: [SelfTestOutcome]
  }

  private func text(_ outcomes: [SelfTestOutcome], _ entry: DeviceEntry) -> String {
    var table = Table(["case", "result", "kernels"])
    for outcome in outcomes {
      table.add([outcome.name, outcome.verdict, outcome.kernels.joined(separator: " ")])
    }
    let kernels = Set(outcomes.flatMap(\.kernels)).count
    let passed = outcomes.count { $0.passed }
    return """
      \(entry.name): \(entry.title)
      \(table.text)
      \(passed) of \(outcomes.count) cases agree with the interpreter; \(kernels) kernels ran.
      """
  }
}
