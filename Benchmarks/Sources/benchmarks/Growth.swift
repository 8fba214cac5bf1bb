import Benchmarking
import Compute

/// How time and memory of an attack grow with samples and with steps.
struct Growth {
  private let workload: Workload
  /// One series of growing samples and one of growing steps.
  private let series: [[Size]]

  private struct Size {
    let samples: Int
    let steps: Int
  }

  /// - Parameter isFull: Whether there are more points between the smallest and the largest.
  init(_ workload: Workload, isFull: Bool) {
    self.workload = workload
    let samples = isFull ? [256, 512, 1024, 2048, 4096, 8192] : [256, 8192]
    let steps = isFull ? [16, 32, 64, 128] : [16, 64]
    series = [
      samples.map { Size(samples: $0, steps: 2) }, steps.map { Size(samples: 256, steps: $0) },
    ]
  }

  /// The names of the cases.
  var names: [String] { series.flatMap { $0.map(name) } }

  private func name(_ size: Size) -> String {
    "\(workload.name) PGD, \(size.samples) samples, \(size.steps) steps"
  }

  /// Measures all sizes in turn.
  func measure(_ runner: InterleavedRunner, on device: any Device) async throws -> [BenchmarkReport.Case] {
    var found: [BenchmarkReport.Case] = []
    for sizes in series { found += try await measure(sizes, runner, device) }
    return found
  }

  private func measure(
    _ sizes: [Size], _ runner: InterleavedRunner, _ device: any Device
  ) async throws -> [BenchmarkReport.Case] {
    let devices = sizes.map { _ in CountingDevice(base: device) }
    var cases: [TimedCase] = []
    for (size, counting) in zip(sizes, devices) {
      let attack = try await AttackWorkload(workload, samples: size.samples, on: device)
      cases.append(
        TimedCase(name(size)) { repetitions in
          var seconds = 0.0
          for _ in 0..<repetitions { seconds += try await attack.run(steps: size.steps, on: counting) }
          return seconds
        })
    }
    let times = try await runner.measure(cases)
    let units = zip(sizes, times).map { $1.median / Double($0.samples * $0.steps) }
    return sizes.indices.map { index in
      BenchmarkReport.Case(
        name: name(sizes[index]), group: "Growth", seconds: times[index].seconds,
        figures: [
          "µs a sample and step": units[index] * 1e6,
          "% against the smallest": 100 * (units[index] / units[0] - 1),
          "peak MB of plans": Double(devices[index].usage.peakBytes) / 1e6,
        ])
    }
  }
}
