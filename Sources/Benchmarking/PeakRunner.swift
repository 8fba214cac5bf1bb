internal import CKernels
internal import Compute

/// Threads that run the kernels of `tremor_peak.h`, and memory for them.
@safe final class PeakRunner {
  // SAFETY: the pool belongs to this object, which destroys it last; so does the memory, which nothing else reaches.
  private let pool: OpaquePointer
  private var memory: [UnsafeMutableBufferPointer<Float>] = unsafe []

  /// - Parameter threads: How many threads run; one for each processor when nil.
  /// - Throws: `DeviceError` when memory is short.
  init(threads: Int?) throws {
    guard let pool = unsafe tremor_pool_create(Int32(clamping: threads ?? 0)) else {
      throw DeviceError(.outOfMemory, on: "cpu", "no threads can be made to measure with")
    }
    unsafe self.pool = unsafe pool
  }

  deinit {
    unsafe tremor_pool_destroy(pool)
    // SAFETY: nothing runs any more.
    for index in 0..<(unsafe memory.count) { unsafe memory[index].deallocate() }
  }

  var threads: Int { unsafe Int(tremor_pool_threads(pool)) }

  /// Memory of so many floats, all written once, so that the system has really given it.
  ///
  /// - Returns: A number for ``Work/buffers``.
  func allocate(_ count: Int) -> Int {
    let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
    unsafe buffer.initialize(repeating: 1)
    unsafe memory.append(buffer)
    return unsafe memory.count - 1
  }

  /// One launch.
  struct Work {
    let what: tremor_peak
    let instructionSet: tremor_isa
    /// The memory behind the pointers, by the numbers that ``PeakRunner/allocate(_:)`` gave.
    var buffers: [Int]
    var integers: [Int32]
    var items: Int
  }

  /// The seconds that a launch takes; without end where the processor lacks the instruction set.
  func seconds(_ work: Work) -> Double {
    guard let kernel = unsafe tremor_find_peak(work.what, work.instructionSet) else { return .infinity }
    let pointers = unsafe work.buffers.map { unsafe UnsafeMutableRawPointer(memory[$0].baseAddress) }
    let scale: [Float] = [0.5]
    var nanoseconds: Int64 = 0
    // SAFETY: the arrays lend their memory for the call, which returns when the launch has ended; the kernels reach no
    // further than the caller's integers and items say, which it derives from the sizes it allocated.
    unsafe pointers.withUnsafeBufferPointer { pointers in
      unsafe work.integers.withUnsafeBufferPointer { integers in
        unsafe scale.withUnsafeBufferPointer { floats in
          let launch = unsafe tremor_launch(
            function: kernel, pointers: pointers.baseAddress, integers: integers.baseAddress,
            floats: floats.baseAddress, scratch_bytes: 0, items: Int64(work.items))
          unsafe withUnsafePointer(to: launch) { launch in
            var step = unsafe tremor_step(launch: launch, repeats: 1, body: 0)
            _ = unsafe tremor_pool_run_steps(pool, &step, 1, &nanoseconds)
          }
        }
      }
    }
    return max(1e-9, Double(nanoseconds) * 1e-9)
  }
}
