internal import CKernels
internal import Compute
internal import Dispatch

/// A plan with its memory and its kernels' addresses on the processor.
final class CPUSession: Session {
  let plan: Plan
  let pool: ThreadPool
  private let arena: AlignedMemory
  private let constants: AlignedMemory
  private let functions: [String: tremor_kernel_function]
  private(set) var program: Program

  init(_ plan: Plan, on device: CPUDevice) throws {
    self.plan = plan
    pool = device.pool
    arena = try AlignedMemory(byteCount: plan.arenaBytes, initialByte: device.initialByte)
    constants = try AlignedMemory(byteCount: plan.constants.count)
    constants.write(plan.constants, at: 0)
    functions = try CPUSession.functions(plan.setup + plan.steps, device.instructionSet)
    program = Program(arena: arena, constants: constants, parameters: [])
    if plan.parameters.isEmpty { program.prepare(plan, functions) }
  }

  func write(_ bytes: [UInt8], to range: Plan.Range) throws {
    let arena = arena
    pool.queue.async { arena.write(bytes, at: range.offset) }
  }

  func bind(_ parameters: [any DeviceBuffer]) throws {
    let memory = try parameters.map { buffer in
      guard let buffer = buffer as? CPUBuffer else {
        throw DeviceError(.misuse, on: "cpu", "the weights lie on another device; copy them here first")
      }
      return buffer.memory
    }
    program = Program(arena: arena, constants: constants, parameters: memory)
    program.prepare(plan, functions)
  }

  func launch(_ steps: LaunchedSteps) throws {
    let program = program
    let pool = pool
    pool.queue.async { program.run(steps, pool) }
  }

  func read(_ range: Plan.Range) async throws -> [UInt8] {
    let (arena, program) = (arena, program)
    let (bytes, isComplete) = await withCheckedContinuation { continuation in
      pool.queue.async {
        continuation.resume(returning: (arena.read(at: range.offset, count: range.count), program.isComplete))
      }
    }
    guard isComplete else {
      throw DeviceError(
        .outOfMemory, on: "cpu", "there is no memory for a kernel's scratch; use a smaller batch")
    }
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
