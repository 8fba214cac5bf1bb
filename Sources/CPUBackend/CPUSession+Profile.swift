internal import CKernels
internal import Compute

extension CPUSession {
  /// The times of the first lane, while the others do as much.
  func profile(_ steps: LaunchedSteps, repetitions: Int) async throws -> [LaunchTime] {
    let launches = plan.launches(of: steps)
    var runs: [[Int64]] = []
    for _ in 0..<repetitions {
      let (times, isComplete) = await withCheckedContinuation { continuation in
        enqueue(steps) { continuation.resume(returning: $0) }
      }
      guard isComplete else { throw CPUSession.lackOfScratch }
      runs.append(times)
    }
    return launches.indices.map { index in
      LaunchTime(count: launches[index].count, seconds: runs.map { Double($0[index]) * 1e-9 })
    }
  }

  private func enqueue(
    _ steps: LaunchedSteps,
    _ report: @escaping @Sendable ((nanoseconds: [Int64], isComplete: Bool)) -> Void
  ) {
    let isSetup = steps == .setup
    for (index, program) in (isSetup ? Array(programs.prefix(1)) : programs).enumerated() {
      enqueue(onLane: isSetup ? nil : index) { [pool] lane in
        var nanoseconds = [Int64](repeating: 0, count: program.steps(steps).count)
        nanoseconds.withUnsafeMutableBufferPointer { pool.run(program, steps, on: lane, addingTo: $0) }
        guard index == 0 else { return }
        let times = zip(nanoseconds, program.steps(steps)).compactMap { $1.launch == nil ? nil : $0 }
        report((times, program.isComplete))
      }
    }
  }
}
