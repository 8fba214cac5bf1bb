import Benchmarking
import Compute

/// Everything that is measured.
struct Suite {
  /// The networks.
  let workloads: [Workload]
  private let isFull: Bool
  private let filter: String?

  init(isFull: Bool, filter: String?) throws {
    workloads = try Workload.all()
    self.isFull = isFull
    self.filter = filter?.lowercased()
  }

  /// Measures what the filter lets through, and tells about each case.
  func measure(
    _ device: any Device, into report: inout BenchmarkReport, told: (BenchmarkReport.Case) -> Void
  ) async throws {
    let runner = InterleavedRunner(secondsPerCase: isFull ? 2 : 0.2)
    let kernels = try KernelCoverage.cases.compactMap { try $0.suiteCase(device) }
    let cases = kernels + PlanningCases.all(workloads) + EndToEndCases.all(workloads, isFull: isFull)
    let chosen = cases.filter { isChosen($0.group, $0.name) }
    report.cases += try await runner.measure(chosen, on: device, peaks: report.peaks, told: told)
    try await measureGrowth(device, into: &report, told: told)
  }

  private func measureGrowth(
    _ device: any Device, into report: inout BenchmarkReport, told: (BenchmarkReport.Case) -> Void
  ) async throws {
    guard let smallest = workloads.first else { return }
    let growth = Growth(smallest, isFull: isFull)
    guard growth.names.contains(where: { isChosen("Growth", $0) }) else { return }
    var runner = InterleavedRunner(secondsPerCase: 2)
    // The largest takes seconds a time; the quick version shows the trend, the full one is what counts.
    if !isFull { runner.minimumRounds = 3 }
    let found = try await growth.measure(runner, on: device)
    found.forEach(told)
    report.cases += found
  }

  private func isChosen(_ group: String, _ name: String) -> Bool {
    filter.map { group.lowercased().contains($0) || name.lowercased().contains($0) } ?? true
  }

  /// What is wrong with the benchmarks of kernels.
  func kernelProblems() throws -> [String] { try KernelCoverage.problems() }
}
