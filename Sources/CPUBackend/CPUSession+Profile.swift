internal import CKernels
internal import Compute
internal import Dispatch

extension CPUSession {
  func profile(_ steps: LaunchedSteps, repetitions: Int) async throws -> [LaunchTime] {
    let launches = plan.launches(of: steps)
    let (programs, pool) = (programs(for: steps), pool)
    let isLaunch = programs.first?.steps(steps).map { $0.launch != nil } ?? []
    let (runs, isComplete) = await withCheckedContinuation { continuation in
      pool.queue.async {
        var isComplete = true
        let runs = (0..<repetitions).map { _ in
          var nanoseconds = [Int64](repeating: 0, count: isLaunch.count)
          nanoseconds.withUnsafeMutableBufferPointer {
            if !pool.run(programs, steps, addingTo: $0) { isComplete = false }
          }
          return zip(nanoseconds, isLaunch).compactMap { $1 ? $0 : nil }
        }
        continuation.resume(returning: (runs, isComplete))
      }
    }
    guard isComplete else { throw CPUSession.lackOfScratch }
    return launches.indices.map { index in
      LaunchTime(count: launches[index].count, seconds: runs.map { Double($0[index]) * 1e-9 })
    }
  }
}
