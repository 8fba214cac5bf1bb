import Compute

/// Runs the launches of a plan one at a time and keeps what each takes: by the device's own clock where the driver has
/// one to ask, else by the host's, which then includes the way to the device and back.
struct LaunchProfiler {
  /// A launch that is ready, or a loop of such.
  indirect enum Step {
    case launch(PreparedKernel)
    case loop(count: Int, [Step])

    /// Launches of these steps, those of a loop's body once.
    static func launches(_ steps: [Step]) -> Int {
      steps.reduce(0) { if case .loop(_, let body) = $1 { $0 + launches(body) } else { $0 + 1 } }
    }
  }

  private let engine: OpenCLEngine
  private let queue: CommandQueue
  /// A queue that keeps times, next to the one for everything else; nil where the driver has no such queue.
  private let timing: CommandQueue?
  /// The times so far, in the order of the plan.
  private(set) var times: [LaunchTime] = []

  init(_ engine: OpenCLEngine, _ queue: CommandQueue) {
    self.engine = engine
    self.queue = queue
    timing = try? CommandQueue(queue.context, timing: true, part: queue.part)
  }

  /// Runs the steps once.
  mutating func run(_ steps: [Step]) async throws {
    // The other queue knows nothing of this one: what was asked of it comes first.
    queue.drain()
    var seconds: [(count: Int, seconds: Double)] = []
    try await run(steps, count: 1, first: 0, &seconds)
    if times.isEmpty { times = seconds.map { LaunchTime(count: $0.count, seconds: []) } }
    for (index, launch) in seconds.enumerated() {
      times[index] = LaunchTime(count: launch.count, seconds: times[index].seconds + [launch.seconds])
    }
  }

  /// Adds the times of steps whose first launch has number `first`.
  private func run(
    _ steps: [Step], count: Int, first: Int, _ seconds: inout [(count: Int, seconds: Double)]
  ) async throws {
    var next = first
    for step in steps {
      switch step {
      case .launch(let kernel):
        while next >= seconds.count { seconds.append((count, 0)) }
        seconds[next].seconds += try await time(kernel)
        next += 1
      case .loop(let repeats, let body):
        for _ in 0..<repeats { try await run(body, count: count * repeats, first: next, &seconds) }
        next += Step.launches(body)
      }
    }
  }

  private func time(_ kernel: PreparedKernel) async throws -> Double {
    do throws(OpenCLError) {
      if let timing { return Double(try await timing.duration(of: kernel)) * 1e-9 }
      let start = ContinuousClock.now
      try queue.launch(kernel)
      try await queue.finish()
      return start.duration(to: .now) / .seconds(1)
    } catch {
      throw DeviceError(error, on: engine.name)
    }
  }
}
