internal import CKernels
internal import Compute
internal import Dispatch

/// The threads that run kernels, and the queues that hand work to them in order.
///
/// Work for all threads is done in the order it was asked for, and after all work of lanes that was asked for before.
/// A lane does its own work in order, whatever others do.
final class ThreadPool: Sendable {
  // SAFETY: the C pool may be used from any thread; runs that overlap follow one another.
  private nonisolated(unsafe) let handle: OpaquePointer
  private let queue = DispatchQueue(label: "tremor.cpu", qos: .userInitiated)
  private let lanes: [Lane]
  /// The work of lanes that is not done.
  private let busy = DispatchGroup()

  init(threads: Int) throws {
    guard let handle = tremor_pool_create(Int32(threads)) else {
      throw DeviceError(.outOfMemory, on: "cpu", "\(threads) threads cannot be made")
    }
    self.handle = handle
    lanes = (0..<Int(tremor_pool_threads(handle))).map { _ in Lane() }
  }

  deinit { tremor_pool_destroy(handle) }

  var threads: Int { lanes.count }

  /// Does this when everything that was asked for before is done.
  func enqueue(_ work: @escaping @Sendable () -> Void) {
    queue.async { [busy] in
      busy.wait()
      work()
    }
  }

  /// Returns when the work for all threads is done, so that lanes find its results.
  func drain() { queue.sync {} }

  /// Does this on a lane when what that lane was asked for before is done.
  func enqueue(onLane index: Int, _ work: @escaping @Sendable (Lane) -> Void) {
    let lane = lanes[index]
    busy.enter()
    lane.queue.async { [busy] in
      work(lane)
      busy.leave()
    }
  }

  /// Runs a program; returns when it is done.
  ///
  /// Without memory for the kernels' scratch nothing runs, and the program is not complete.
  ///
  /// - Parameters:
  ///   - lane: The lane that runs it, on whose queue this is called; nil for all threads.
  ///   - nanoseconds: For every step, to which a launch adds what it took; nil for no times.
  func run(
    _ program: Program, _ which: LaunchedSteps, on lane: Lane?,
    addingTo nanoseconds: UnsafeMutableBufferPointer<Int64>? = nil
  ) {
    if let lane { return lane.run(program, which, addingTo: nanoseconds) }
    let steps = program.steps(which)
    precondition(nanoseconds.map { $0.count >= steps.count } ?? true, "there is a time for every step")
    // SAFETY: the program owns what the steps point to.
    if tremor_pool_run_steps(handle, steps.baseAddress, steps.count, nanoseconds?.baseAddress) != 0 {
      program.isComplete = false
    }
  }
}

/// A thread of its own, which runs whole programs.
// SAFETY: the scratch is only touched on the queue.
final class Lane: @unchecked Sendable {
  fileprivate let queue = DispatchQueue(label: "tremor.cpu.lane", qos: .userInitiated)
  private var scratch: AlignedMemory?

  /// Runs a program; called on the queue.
  ///
  /// As ``ThreadPool/run(_:_:on:addingTo:)``.
  fileprivate func run(
    _ program: Program, _ which: LaunchedSteps, addingTo nanoseconds: UnsafeMutableBufferPointer<Int64>?
  ) {
    let steps = program.steps(which)
    precondition(nanoseconds.map { $0.count >= steps.count } ?? true, "there is a time for every step")
    let needed = tremor_scratch_bytes(steps.baseAddress, steps.count)
    if scratch.map({ $0.byteCount < needed }) ?? true {
      scratch = nil
      scratch = try? AlignedMemory(byteCount: needed)
    }
    guard let scratch else {
      program.isComplete = false
      return
    }
    // SAFETY: the program owns what the steps point to, and there is as much scratch as they need.
    tremor_run_steps(steps.baseAddress, steps.count, scratch.base, nanoseconds?.baseAddress)
  }
}
