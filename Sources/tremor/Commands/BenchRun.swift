import Benchmarking
import Compute
import DeviceSelection

/// Times a computation: launch by launch in turn with whole runs.
struct BenchRun {
  let computation: BenchComputation
  /// How often; nil for what fits some seconds.
  let repetitions: Int?

  /// What came of it.
  struct Result {
    let computation: BenchComputation
    let entry: DeviceEntry
    /// The processor's peaks in full, where the device is the processor.
    let machinePeaks: MachinePeaks?
    let profile: LaunchProfile
    /// Whole runs, each with a round trip to the device.
    let whole: Measurement
    let lanes, setupLaunches, arenaBytes: Int
  }

  /// Measures.
  ///
  /// - Throws: What is wrong with the model, and `DeviceError`.
  func measured(on entry: DeviceEntry, _ output: OutputOptions) async throws -> Result {
    let graph = try computation.graph(computation.batch)
    let machine = entry.kind == .processor ? try MachinePeaks.measured(threads: entry.units) : nil
    let peaks: DevicePeaks
    if let machine { peaks = DevicePeaks(machine) } else { peaks = try await .measured(on: entry.device) }
    var weights = try Weights(computation.values(of: graph), on: entry.device)
    var executable = try computation.executable(on: entry.device)
    for (name, value) in computation.arguments(of: graph) { try executable.write(name, value) }
    let first = try await executable.time(&weights)
    let second = try await executable.time(&weights)
    let fitting = Int(1.5 / max(1e-4, min(first, second)))
    let count = repetitions ?? min(51, max(5, fitting))
    let bar = ProgressBar("bench", total: count, unit: "runs", output)
    defer { bar.finish() }
    var whole: [Double] = []
    var times: [LaunchTime] = []
    for index in 0..<count {
      whole.append(try await executable.time(&weights))
      times.join(try await executable.profiled(&weights))
      bar.update(index + 1)
    }
    let plan = executable.plan
    return Result(
      computation: computation, entry: entry, machinePeaks: machine,
      profile: LaunchProfile(plan.launches(of: .run), times, lanes: executable.lanes, peaks: peaks),
      whole: Measurement(seconds: whole), lanes: executable.lanes,
      setupLaunches: plan.setupLaunchCount, arenaBytes: executable.arenaBytes)
  }
}

extension Executable {
  /// The seconds of a run, until its smallest output is there.
  fileprivate mutating func time(_ weights: inout Weights) async throws -> Double {
    let smallest = plan.outputs.indices.min { plan.outputs[$0].range.count < plan.outputs[$1].range.count }
    let start = ContinuousClock.now
    if plan.updatesParameters {
      try launch(updating: &weights)
    } else {
      try launch(reading: weights)
    }
    _ = try await read(smallest ?? 0)
    return start.duration(to: .now) / .seconds(1)
  }

  fileprivate mutating func profiled(_ weights: inout Weights) async throws -> [LaunchTime] {
    plan.updatesParameters
      ? try await profile(repetitions: 1, updating: &weights)
      : try await profile(repetitions: 1, reading: weights)
  }
}

extension [LaunchTime] {
  /// Adds the repetitions of other times of the same launches.
  fileprivate mutating func join(_ others: [LaunchTime]) {
    self =
      isEmpty
      ? others : zip(self, others).map { LaunchTime(count: $0.count, seconds: $0.seconds + $1.seconds) }
  }
}
