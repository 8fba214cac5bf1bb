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

  /// Runs launches in order; returns when all are done.
  func run(_ launches: [tremor_launch]) -> Bool {
    // SAFETY: the launches' pointers belong to the session that calls and outlive the call.
    launches.withUnsafeBufferPointer { tremor_pool_run_many(handle, $0.baseAddress, $0.count) == 0 }
  }

  /// The same, with the nanoseconds that each launch took added to `nanoseconds` from `first` on.
  func run(_ launches: [tremor_launch], addingTo nanoseconds: inout [Int64], from first: Int) -> Bool {
    precondition(first + launches.count <= nanoseconds.count, "there is a time for every launch")
    // SAFETY: as above; there are as many times behind `first` as launches.
    return launches.withUnsafeBufferPointer { launches in
      nanoseconds.withUnsafeMutableBufferPointer { times in
        guard let base = times.baseAddress else { return true }
        return tremor_pool_time_many(handle, launches.baseAddress, launches.count, base + first) == 0
      }
    }
  }
}
