internal import CKernels
internal import Compute
internal import Dispatch

/// A plan with its memory and its kernels' addresses on the processor.
final class CPUSession: Session {
  static let lackOfScratch = DeviceError(
    .outOfMemory, on: "cpu", "there is no memory for a kernel's scratch; use a smaller batch")

  let plan: Plan
  let pool: ThreadPool
  private let lanes: [LaneMemory]
  private let functions: [String: tremor_kernel_function]
  private var programs: [Program] = []
  private let health = Health()

  /// Whether every launch so far could run.
  // SAFETY: only touched on the device's queue.
  private final class Health: @unchecked Sendable {
    var isComplete = true
  }

  init(_ plan: Plan, lanes: Int, on device: CPUDevice) throws {
    self.plan = plan
    pool = device.pool
    let setup = try AlignedMemory(byteCount: plan.setupBytes, initialByte: device.initialByte)
    let constants = try AlignedMemory(byteCount: plan.constants.count)
    constants.write(plan.constants[...], at: 0)
    self.lanes = try (0..<lanes).map { _ in
      let arena = try AlignedMemory(
        byteCount: plan.arenaBytes - plan.setupBytes, initialByte: device.initialByte)
      return LaneMemory(setup: setup, arena: arena, constants: constants)
    }
    functions = try CPUSession.functions(plan.setup + plan.steps, device.instructionSet)
    if plan.parameters.isEmpty { prepare([]) }
  }

  /// What the pool runs; a setup is run once for all lanes.
  func programs(for steps: LaunchedSteps) -> [Program] {
    switch steps {
    case .setup: Array(programs.prefix(1))
    case .run: programs
    }
  }

  private func prepare(_ parameters: [AlignedMemory]) {
    programs = lanes.map { lane in
      var lane = lane
      lane.parameters = parameters
      return Program(plan, functions, lane)
    }
  }

  func write(_ bytes: [UInt8], to range: Plan.Range) throws {
    precondition(
      bytes.count == range.count || bytes.count == range.count * lanes.count, "a write covers whole ranges")
    let lanes = lanes
    pool.queue.async {
      var first = 0
      for lane in lanes {
        let (memory, offset) = lane.place(range)
        memory.write(bytes[first..<(first + range.count)], at: offset)
        first = (first + range.count) % bytes.count
      }
    }
  }

  func bind(_ parameters: [any DeviceBuffer]) throws {
    prepare(
      try parameters.map { buffer in
        guard let buffer = buffer as? CPUBuffer else {
          throw DeviceError(.misuse, on: "cpu", "the weights lie on another device; copy them here first")
        }
        return buffer.memory
      })
  }

  func launch(_ steps: LaunchedSteps) throws {
    let (programs, pool, health) = (programs(for: steps), pool, health)
    pool.queue.async { if !pool.run(programs, steps) { health.isComplete = false } }
  }

  func read(_ range: Plan.Range) async throws -> [UInt8] {
    let (places, health) = (lanes.map { $0.place(range) }, health)
    let (bytes, isComplete) = await withCheckedContinuation { continuation in
      pool.queue.async {
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count * places.count) { buffer, count in
          for (memory, offset) in places {
            memory.copy(from: offset, count: range.count, to: buffer, at: count)
            count += range.count
          }
        }
        continuation.resume(returning: (bytes, health.isComplete))
      }
    }
    guard isComplete else { throw CPUSession.lackOfScratch }
    return bytes
  }

  private static func functions(
    _ steps: [Plan.Step], _ instructionSet: InstructionSet
  ) throws -> [String: tremor_kernel_function] {
    var found: [String: tremor_kernel_function] = [:]
    for step in steps {
      switch step {
      case .loop(_, let body): found.merge(try functions(body, instructionSet)) { first, _ in first }
      case .launch(let launch):
        guard found[launch.kernel] == nil else { continue }
        guard let function = tremor_find_kernel(launch.kernel, instructionSet.code) else {
          throw DeviceError(.buildFailed, on: "cpu", "there is no kernel '\(launch.kernel)' in this build")
        }
        found[launch.kernel] = function
      }
    }
    return found
  }
}
