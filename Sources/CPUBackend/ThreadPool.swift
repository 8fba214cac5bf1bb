internal import CKernels
internal import Compute
internal import Dispatch

/// The threads that run kernels, and the queue that hands work to them in order.
final class ThreadPool: Sendable {
  // SAFETY: the C pool may be used from any thread; runs that overlap follow one another.
  private nonisolated(unsafe) let handle: OpaquePointer
  /// Everything a device does happens here, in the order it was asked for.
  let queue = DispatchQueue(label: "tremor.cpu", qos: .userInitiated)

  init(threads: Int) throws {
    guard let handle = tremor_pool_create(Int32(threads)) else {
      throw DeviceError(.outOfMemory, on: "cpu", "\(threads) threads cannot be made")
    }
    self.handle = handle
  }

  deinit { tremor_pool_destroy(handle) }

  var threads: Int { Int(tremor_pool_threads(handle)) }

  /// Runs one program on all threads, or several side by side with a thread for each; returns when all are done.
  ///
  /// - Parameter nanoseconds: For every step, to which a launch of the first program adds what it took; nil for no
  ///   times.
  /// - Returns: Whether there was memory for the kernels' scratch; nothing ran without.
  func run(
    _ programs: [Program], _ which: LaunchedSteps,
    addingTo nanoseconds: UnsafeMutableBufferPointer<Int64>? = nil
  ) -> Bool {
    let steps = programs.map { $0.steps(which) }
    guard let count = steps.first?.count, count > 0 else { return true }
    precondition(steps.allSatisfy { $0.count == count }, "the programs have the same steps")
    precondition(nanoseconds.map { $0.count >= count } ?? true, "there is a time for every step")
    return withAddresses(of: steps[...]) { addresses in
      // SAFETY: the programs own what the steps point to.
      addresses.withUnsafeBufferPointer {
        tremor_pool_run_steps(handle, $0.baseAddress, Int32($0.count), count, nanoseconds?.baseAddress) == 0
      }
    }
  }

  private func withAddresses<Result>(
    of programs: ArraySlice<[tremor_step]>, _ body: ([UnsafePointer<tremor_step>?]) -> Result
  ) -> Result {
    guard let first = programs.first else { return body([]) }
    return first.withUnsafeBufferPointer { steps in
      withAddresses(of: programs.dropFirst()) { body([steps.baseAddress] + $0) }
    }
  }
}
