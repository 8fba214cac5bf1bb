internal import CKernels
internal import Compute
internal import Dispatch

extension CPUSession {
  func profile(_ steps: LaunchedSteps, repetitions: Int) async throws -> [LaunchTime] {
    let launches = plan.launches(of: steps)
    let (program, pool) = (program, pool)
    let (runs, isComplete) = await withCheckedContinuation { continuation in
      pool.queue.async {
        let runs = (0..<repetitions).map { _ in program.time(steps, count: launches.count, pool) }
        continuation.resume(returning: (runs, program.isComplete))
      }
    }
    guard isComplete else {
      throw DeviceError(
        .outOfMemory, on: "cpu", "there is no memory for a kernel's scratch; use a smaller batch")
    }
    return launches.indices.map { index in
      LaunchTime(count: launches[index].count, seconds: runs.map { Double($0[index]) * 1e-9 })
    }
  }
}

extension Program {
  /// Runs the steps once.
  ///
  /// - Returns: The nanoseconds of each launch, in the order of the plan, those in a loop summed.
  fileprivate func time(_ which: LaunchedSteps, count: Int, _ pool: ThreadPool) -> [Int64] {
    var nanoseconds = [Int64](repeating: 0, count: count)
    time(which == .setup ? setup : steps, &nanoseconds, from: 0, pool)
    return nanoseconds
  }

  private func time(
    _ segments: [Segment], _ nanoseconds: inout [Int64], from first: Int, _ pool: ThreadPool
  ) {
    var next = first
    for segment in segments {
      switch segment {
      case .launches(let launches):
        if !pool.run(launches, addingTo: &nanoseconds, from: next) { isComplete = false }
        next += launches.count
      case .loop(let count, let body):
        for _ in 0..<count { time(body, &nanoseconds, from: next, pool) }
        next += Program.launches(body)
      }
    }
  }

  /// Launches of these segments, those of a loop's body once.
  private static func launches(_ segments: [Segment]) -> Int {
    segments.reduce(0) { sum, segment in
      switch segment {
      case .launches(let launches): sum + launches.count
      case .loop(_, let body): sum + Program.launches(body)
      }
    }
  }
}
