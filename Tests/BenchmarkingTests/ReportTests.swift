import Foundation
import Testing

@testable import Benchmarking

@Suite struct ReportTests {
  static func report(_ cases: [(String, [Double])], processor: String = "A processor") -> BenchmarkReport {
    BenchmarkReport(
      origin: .init(
        date: "2026-01-02T03:04:05Z", commandLine: ["benchmarks", "run"], commit: "abc", isModified: true,
        compiler: "Swift", loadBefore: [0.5], loadAfter: [1, 2, 3]),
      machine: .init(processor: processor, cores: 2, memoryBytes: 1 << 34, system: "A system"),
      device: .init(name: "cpu", title: "portable, 2 threads", family: "cpu"),
      peaks: DevicePeaks(operationsPerSecond: 1e11, bytesPerSecond: 1e10, origin: "a test"),
      cases: cases.map { BenchmarkReport.Case(name: $0.0, group: "Group", kernel: "map", seconds: $0.1) },
      counts: ["launches": 7])
  }

  @Test func aReportSurvivesJSON() throws {
    let report = Self.report([("a", [0.1, 0.25]), ("b", [1e-7])])
    #expect(try BenchmarkReport(json: Data(report.json().utf8), from: "text") == report)
  }

  @Test(arguments: [
    "", "[]", "{\"schema\": 99}", "{\"schema\": 1}",
  ])
  func whatIsNoReportIsRefused(text: String) {
    #expect(throws: BenchmarkError.self) { try BenchmarkReport(json: Data(text.utf8), from: "text") }
  }

  @Test func impossibleTimesAreRefused() throws {
    for cases in [[("a", [0.0])], [("a", [])], [("a", [1]), ("a", [1.0])], [("a", [-1])]] {
      let text = try Self.report(cases).json()
      #expect(throws: BenchmarkError.self) { try BenchmarkReport(json: Data(text.utf8), from: "text") }
    }
  }

  @Test func figuresFollowFromTimesAndLimits() {
    let timed = BenchmarkReport.Case(
      name: "a", group: "g", seconds: [0.5, 0.5], operations: 1e10, bytes: 1e9)
    let figures = timed.derivingFigures(
      DevicePeaks(operationsPerSecond: 4e10, bytesPerSecond: 1e10, origin: "a test")
    ).figures
    #expect(figures == ["GFLOP/s": 20, "% of peak": 50, "GB/s": 2, "% of bandwidth": 20])
    #expect(timed.derivingFigures(nil).figures == ["GFLOP/s": 20, "GB/s": 2])
  }

  @Test func thePageNamesMachineCasesAndCounts() {
    let page = Self.report([("a case", [0.002])]).markdown
    for text in ["A processor", "| a case | map | 2.00 ms |", "| launches | 7 |", "abc with changes"] {
      #expect(page.contains(text))
    }
  }

  @Test func fileNamesArePlain() {
    #expect(
      MachineDescription.fileName(for: "Intel(R) Xeon(R) CPU @ 2.10GHz") == "intel-xeon-cpu-2-10ghz")
    #expect(MachineDescription.fileName(for: "/../") == "unknown")
  }

  @Test func thisMachineIsDescribed() {
    let machine = MachineDescription.current
    #expect(machine.cores >= 1 && machine.memoryBytes > 0 && !machine.processor.isEmpty)
    #expect(MachineDescription.loadAverages.count == 3)
  }
}
