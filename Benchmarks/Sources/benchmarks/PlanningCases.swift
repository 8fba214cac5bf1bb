import Compute

/// What the host does before anything runs: tracing, the passes, planning, getting a device ready.
enum PlanningCases {
  static func all(_ workloads: [Workload]) -> [SuiteCase] {
    workloads.flatMap { workload -> [SuiteCase] in
      let title = "\(workload.name) PGD step"
      func make(_ part: String, _ body: @escaping (Graph, any Device) throws -> Void) -> SuiteCase {
        SuiteCase("\(title): \(part)", in: "Tracing and planning") { device in
          let graph = try workload.step(batch: 128)
          return SuiteCase.Prepared(
            run: { repetitions in
              let start = ContinuousClock.now
              for _ in 0..<repetitions { try body(graph, device) }
              return start.duration(to: .now) / .seconds(1)
            }, figures: ["nodes": Double(graph.nodes.count)])
        }
      }
      return [
        make("trace") { _, _ in _ = try workload.step(batch: 128) },
        make("optimise") { _ = $0.optimized(for: $1.family, $1.planOptions) },
        make("optimise and plan") { _ = Plan($0, family: $1.family, options: $1.planOptions) },
        make("optimise, plan and prepare the device") { _ = try Executable($0, on: $1) },
      ]
    }
  }
}
