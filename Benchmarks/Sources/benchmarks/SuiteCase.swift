import Benchmarking
import Compute

/// Something to measure, not yet prepared: its memory is taken only while it is measured.
struct SuiteCase {
  /// Its name, unique in a report.
  let name: String
  /// The table it stands in.
  let group: String
  /// Gets ready on a device.
  let prepare: (any Device) async throws -> Prepared

  /// A case that is ready.
  struct Prepared {
    /// Does it so many times and says how many seconds that took.
    var run: (_ repetitions: Int) async throws -> Double
    /// The kernel that is timed, where it is one.
    var kernel: String?
    /// Floating-point operations of one repetition, by definition.
    var operations: Double?
    /// Bytes that one repetition moves at least.
    var bytes: Double?
    /// What else is known.
    var figures: [String: Double] = [:]
  }

  init(_ name: String, in group: String, prepare: @escaping (any Device) async throws -> Prepared) {
    self.name = name
    self.group = group
    self.prepare = prepare
  }

  /// A case that launches the plan of a graph.
  static func graph(
    _ name: String, in group: String, values: @escaping (Graph) -> [String: HostArray] = { _ in [:] },
    _ graph: @escaping () throws -> Graph
  ) -> SuiteCase {
    SuiteCase(name, in: group) { device in
      let graph = try graph()
      let prepared = try PreparedPlan(graph, on: device, values: values(graph))
      return Prepared(
        run: { try await prepared.run(times: $0) }, operations: 2 * Double(graph.multiplyAdds),
        figures: [
          "launches": Double(prepared.plan.launchCount), "arena MB": Double(prepared.plan.arenaBytes) / 1e6,
        ])
    }
  }

  /// A case of something that the host does.
  static func host(
    _ name: String, in group: String, _ body: @escaping (any Device) throws -> Void
  ) -> SuiteCase {
    SuiteCase(name, in: group) { device in
      Prepared(run: { try await TimedCase.around("") { try body(device) }.run($0) })
    }
  }
}

extension InterleavedRunner {
  /// Prepares and measures cases, a few at a time so that their memory is bounded.
  func measure(
    _ cases: [SuiteCase], on device: any Device, peaks: DevicePeaks?,
    told: (BenchmarkReport.Case) -> Void
  ) async throws -> [BenchmarkReport.Case] {
    var found: [BenchmarkReport.Case] = []
    for start in stride(from: 0, to: cases.count, by: 8) {
      let some = cases[start..<min(start + 8, cases.count)]
      var ready: [SuiteCase.Prepared] = []
      for suiteCase in some { ready.append(try await suiteCase.prepare(device)) }
      let times = try await measure(zip(some, ready).map { TimedCase($0.name, run: $1.run) })
      for ((suiteCase, prepared), measurement) in zip(zip(some, ready), times) {
        let timed = BenchmarkReport.Case(
          name: suiteCase.name, group: suiteCase.group, kernel: prepared.kernel,
          seconds: measurement.seconds, operations: prepared.operations, bytes: prepared.bytes,
          figures: prepared.figures
        ).derivingFigures(peaks)
        told(timed)
        found.append(timed)
      }
    }
    return found
  }
}
