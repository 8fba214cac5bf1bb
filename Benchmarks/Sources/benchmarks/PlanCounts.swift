import Attacks
import Compute
import DeviceSelection

/// What is counted for the gates; none of it depends on the machine.
enum PlanCounts {
  /// The families of kernels; what only some processors can do is a variant of its own.
  private static let variants: [(String, KernelFamily, PlanOptions)] = [
    ("cpu", .cpu, .all.subtracting(.matrixTiles)), ("cpu with matrix tiles", .cpu, .all), ("gpu", .gpu, .all),
  ]

  /// Launches and bytes of plans for both families of kernels, and how often an attack makes the host wait.
  static func all(_ workloads: [Workload]) async throws -> [String: Int] {
    var counts: [String: Int] = [:]
    for workload in workloads {
      let graphs = [
        ("PGD step", try workload.step(batch: 128)),
        ("PGD-40 in one graph", try workload.attack(steps: 40, batch: 128)),
        ("training step", try workload.training(batch: 128)),
        ("Jacobian", try workload.jacobian(batch: 128)),
      ]
      for (variant, family, options) in variants {
        for (title, graph) in graphs where variant == "cpu" || title.hasPrefix("PGD") {
          let plan = Plan(graph, family: family, options: options)
          let name = "\(variant) \(workload.name) \(title)"
          counts["\(name): launches"] = plan.launchCount
          counts["\(name): setup launches"] = plan.setupLaunchCount
          counts["\(name): arena bytes"] = plan.arenaBytes
          counts["\(name): setup bytes"] = plan.setupBytes
        }
      }
    }
    if let smallest = workloads.first { counts.merge(try await waits(smallest)) { first, _ in first } }
    return counts
  }

  /// How often the host waits inside an attack, and in all while the runner evaluates one tile.
  private static func waits(_ workload: Workload) async throws -> [String: Int] {
    let processor = try DeviceCatalog.current(for: .cpu).entry(for: .cpu).device
    let counting = CountingDevice(base: processor)
    let graph = try workload.attack(steps: 40, batch: 8)
    let prepared = try PreparedPlan(graph, on: counting)
    // What is launched here holds the whole attack; nothing is read until it is over.
    _ = try await prepared.run(times: 1)
    let inside = counting.usage.reads - 1

    let whole = CountingDevice(base: processor)
    let attack = try await AttackWorkload(workload, samples: 8, on: processor)
    _ = try await attack.run(steps: 40, on: whole)
    return [
      "\(workload.name) PGD-40: host waits inside the attack": inside,
      "\(workload.name) PGD-40 through the runner, one tile: host waits": whole.usage.reads,
    ]
  }
}
