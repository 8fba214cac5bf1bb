internal import CKernels
internal import Compute

/// The memory that a lane of a plan works on.
struct LaneMemory: Sendable {
  let arena: AlignedMemory
  let constants: AlignedMemory
  /// What the setup makes, which all lanes read; nil before any is bound.
  var setup: AlignedMemory?
  var parameters: [AlignedMemory] = []

  func address(_ range: Plan.Range) -> UnsafeMutableRawPointer {
    let (memory, offset) = place(range)
    precondition(offset + range.count <= memory.byteCount, "a launch reaches beyond its memory")
    // SAFETY: the range was checked against the allocation, which this value keeps.
    return memory.base.advanced(by: offset)
  }

  /// The allocation that holds a range, and where.
  func place(_ range: Plan.Range) -> (AlignedMemory, offset: Int) {
    switch range.region {
    case .arena: return (arena, range.offset)
    case .constants: return (constants, range.offset)
    case .parameter(let index): return (parameters[index], range.offset)
    case .setup:
      guard let setup else { preconditionFailure("nothing is launched or read before memory is bound") }
      return (setup, range.offset)
    }
  }
}

/// The launches of a plan with addresses in place of ranges: what the thread pool runs.
///
/// Prepared once for each set of parameters; a run computes no address and allocates nothing.
// SAFETY: built before it is shared, then only run on the device's queue, one run at a time.
final class Program: @unchecked Sendable {
  private let memory: LaneMemory
  private var setup = UnsafeBufferPointer<tremor_step>(start: nil, count: 0)
  private var run = UnsafeBufferPointer<tremor_step>(start: nil, count: 0)
  private var allocations: [UnsafeMutableRawPointer] = []
  /// Whether every run so far had the memory it needed.
  var isComplete = true

  init(_ plan: Plan, _ functions: [String: tremor_kernel_function], _ memory: LaneMemory) {
    self.memory = memory
    setup = addresses(of: flattened(plan.setup, functions))
    run = addresses(of: flattened(plan.steps, functions))
  }

  /// These steps, which live as long as this object; a loop is followed by those of its body.
  func steps(_ which: LaunchedSteps) -> UnsafeBufferPointer<tremor_step> { which == .setup ? setup : run }

  private func addresses(of steps: [tremor_step]) -> UnsafeBufferPointer<tremor_step> {
    UnsafeBufferPointer(start: kept(steps), count: steps.count)
  }

  deinit { for allocation in allocations { allocation.deallocate() } }

  private func flattened(
    _ steps: [Plan.Step], _ functions: [String: tremor_kernel_function]
  ) -> [tremor_step] {
    steps.flatMap { step -> [tremor_step] in
      switch step {
      case .launch(let launch):
        guard let function = functions[launch.kernel] else { return [] }
        return [tremor_step(launch: kept([prepared(launch, function)]), repeats: 1, body: 0)]
      case .loop(let count, let body):
        let inner = flattened(body, functions)
        return [tremor_step(launch: nil, repeats: Int64(count), body: inner.count)] + inner
      }
    }
  }

  private func prepared(_ launch: Plan.Launch, _ function: tremor_kernel_function) -> tremor_launch {
    let pointers = launch.buffers.map { Optional(memory.address($0)) }
    return tremor_launch(
      function: function, pointers: UnsafePointer(kept(pointers)),
      integers: UnsafePointer(kept(launch.integers)),
      floats: UnsafePointer(kept(launch.floats)), scratch_bytes: launch.scratchBytes,
      items: Int64(launch.work.global.reduce(1, *)))
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
