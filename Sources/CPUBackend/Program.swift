internal import CKernels
internal import Compute

/// The launches of a plan with addresses in place of ranges: what the thread pool runs.
///
/// Prepared once for each set of parameters; a run computes no address and allocates nothing.
// SAFETY: built before it is shared, then only run on the device's queue, one run at a time.
final class Program: @unchecked Sendable {
  private let arena: AlignedMemory
  private let constants: AlignedMemory
  private let parameters: [AlignedMemory]
  private(set) var setup: [Segment] = []
  private(set) var steps: [Segment] = []
  private var allocations: [UnsafeMutableRawPointer] = []
  /// Whether every launch so far could run.
  var isComplete = true

  /// Launches without a loop between them, or a loop.
  indirect enum Segment {
    case launches([tremor_launch])
    case loop(count: Int, [Segment])
  }

  init(arena: AlignedMemory, constants: AlignedMemory, parameters: [AlignedMemory]) {
    self.arena = arena
    self.constants = constants
    self.parameters = parameters
  }

  deinit { for allocation in allocations { allocation.deallocate() } }

  func prepare(_ plan: Plan, _ functions: [String: tremor_kernel_function]) {
    setup = segments(plan.setup, functions)
    steps = segments(plan.steps, functions)
  }

  func run(_ which: LaunchedSteps, _ pool: ThreadPool) {
    run(which == .setup ? setup : steps, pool)
  }

  private func run(_ segments: [Segment], _ pool: ThreadPool) {
    for segment in segments {
      switch segment {
      case .launches(let launches): if !pool.run(launches) { isComplete = false }
      case .loop(let count, let body): for _ in 0..<count { run(body, pool) }
      }
    }
  }

  private func segments(_ steps: [Plan.Step], _ functions: [String: tremor_kernel_function]) -> [Segment] {
    var segments: [Segment] = []
    var pending: [tremor_launch] = []
    for step in steps {
      switch step {
      case .launch(let launch):
        if let function = functions[launch.kernel] { pending.append(prepared(launch, function)) }
      case .loop(let count, let body):
        if !pending.isEmpty { segments.append(.launches(pending)) }
        pending = []
        segments.append(.loop(count: count, self.segments(body, functions)))
      }
    }
    if !pending.isEmpty { segments.append(.launches(pending)) }
    return segments
  }

  private func prepared(_ launch: Plan.Launch, _ function: tremor_kernel_function) -> tremor_launch {
    let pointers = launch.buffers.map { Optional(address($0)) }
    return tremor_launch(
      function: function, pointers: UnsafePointer(kept(pointers)),
      integers: UnsafePointer(kept(launch.integers)),
      floats: UnsafePointer(kept(launch.floats)), scratch_bytes: launch.scratchBytes,
      items: Int64(launch.work.global.reduce(1, *)))
  }

  private func address(_ range: Plan.Range) -> UnsafeMutableRawPointer {
    let memory: AlignedMemory =
      switch range.region {
      case .arena: arena
      case .constants: constants
      case .parameter(let index): parameters[index]
      }
    precondition(range.offset + range.count <= memory.byteCount, "a launch reaches beyond its memory")
    // SAFETY: the range was checked against the allocation, which this object keeps.
    return memory.base.advanced(by: range.offset)
  }

  /// A copy of the elements that lives as long as this object.
  private func kept<Element>(_ elements: [Element]) -> UnsafeMutablePointer<Element> {
    let count = max(1, elements.count)
    let copy = UnsafeMutablePointer<Element>.allocate(capacity: count)
    // SAFETY: room for all elements was allocated; trivial elements need no deinitialisation.
    copy.initialize(from: elements, count: elements.count)
    allocations.append(UnsafeMutableRawPointer(copy))
    return copy
  }
}
