import Benchmarking
import Compute

/// Whole steps and attacks, as users run them.
enum EndToEndCases {
  private static let group = "End to end"
  private static let batch = 128
  /// As many as the runner takes at a time on a processor, and the samples whose Jacobians have about as many rows.
  private static let (tile, jacobianTile) = (32, 3)

  /// - Parameter isFull: Whether those that take long are measured too.
  static func all(_ workloads: [Workload], isFull: Bool) -> [SuiteCase] {
    func chosen(_ names: String...) -> [Workload] { workloads.filter { isFull || names.contains($0.name) } }
    let steps = chosen("cnn6", "resnet20", "resnet18").map { workload in
      graph(workload, "PGD step", tile) { try $0.step(batch: tile) }
    }
    let training = chosen("cnn6", "resnet20").map { workload in
      graph(workload, "training step", batch) { try $0.training(batch: batch) }
    }
    let jacobians = chosen("cnn6").map { workload in
      graph(workload, "Jacobian, 10 rows", jacobianTile) { try $0.jacobian(batch: jacobianTile) }
    }
    return steps + training + jacobians + chosen("cnn6").map(attack)
  }

  private static func graph(
    _ workload: Workload, _ title: String, _ batch: Int, _ graph: @escaping (Workload) throws -> Graph
  ) -> SuiteCase {
    .graph("\(workload.name) \(title), batch \(batch)", in: group, values: workload.values) {
      try graph(workload)
    }
  }

  private static func attack(_ workload: Workload) -> SuiteCase {
    SuiteCase("\(workload.name) PGD-40 by the runner, \(batch) samples", in: group) { device in
      let attack = try await AttackWorkload(workload, samples: batch, on: device)
      return SuiteCase.Prepared(run: { repetitions in
        var seconds = 0.0
        for _ in 0..<repetitions { seconds += try await attack.run(steps: 40, on: device) }
        return seconds
      })
    }
  }
}
