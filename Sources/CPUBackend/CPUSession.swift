internal import CKernels
internal import Compute
internal import Synchronization

/// A plan with its memory and its kernels' addresses on the processor.
final class CPUSession: Session {
  static let lackOfScratch = DeviceError(
    .outOfMemory, on: "cpu", "there is no memory for a kernel's scratch; use a smaller batch")

  let plan: Plan
  let pool: ThreadPool
  private(set) var lanes: [LaneMemory]
  private let functions: [String: tremor_kernel_function]
  private(set) var programs: [Program] = []
  private let device: CPUDevice

  init(_ plan: Plan, lanes: Int, on device: CPUDevice) throws {
    self.plan = plan
    self.device = device
    pool = device.pool
    let constants = try AlignedMemory(byteCount: plan.constants.count)
    constants.write(plan.constants[...], at: 0)
    self.lanes = try (0..<lanes).map { _ in
      let arena = try AlignedMemory(byteCount: plan.arenaBytes, initialByte: device.initialByte)
      return LaneMemory(arena: arena, constants: constants)
    }
    functions = try CPUSession.functions(plan.setup + plan.steps, device.instructionSet)
  }

  func write(_ bytes: [UInt8], to range: Plan.Range) throws {
    let isShared = bytes.count == range.count
    precondition(isShared || bytes.count == range.count * lanes.count, "a write covers whole ranges")
    for (index, lane) in lanes.enumerated() {
      let first = isShared ? 0 : index * range.count
      enqueue(onLane: index) { _ in
        let (memory, offset) = lane.place(range)
        memory.write(bytes[first..<(first + range.count)], at: offset)
      }
    }
  }

  func makeSetupMemory() throws -> any DeviceBuffer { try device.makeBuffer(byteCount: plan.setupBytes) }

  func bind(_ parameters: [any DeviceBuffer], setup: any DeviceBuffer) throws {
    let memory = try (parameters + [setup]).map { buffer in
      guard let buffer = buffer as? CPUBuffer else {
        throw DeviceError(.misuse, on: "cpu", "the weights lie on another device; copy them here first")
      }
      return buffer.memory
    }
    for index in lanes.indices {
      lanes[index].parameters = memory.dropLast()
      lanes[index].setup = memory.last
    }
    programs = lanes.map { Program(plan, functions, $0) }
    // Lanes do not wait for what was written to the parameters and made of them.
    if lanes.count > 1 { pool.drain() }
  }

  func launch(_ steps: LaunchedSteps) throws {
    switch steps {
    case .setup:
      // All lanes share what the first one's addresses name.
      pool.enqueue { [pool, program = programs[0], memory = lanes[0].setup] in
        pool.run(program, .setup, on: nil)
        memory?.isIncomplete.store(!program.isComplete, ordering: .relaxed)
      }
      if lanes.count > 1 { pool.drain() }
    case .run:
      for (index, program) in programs.enumerated() {
        enqueue(onLane: index) { [pool] lane in pool.run(program, .run, on: lane) }
      }
    }
  }

  func startReading(_ range: Plan.Range, into target: HostBytes, at offset: Int) throws -> PendingRead {
    let arrival = Arrival(of: lanes.count)
    for (index, (lane, program)) in zip(lanes, programs).enumerated() {
      enqueue(onLane: index) { _ in
        let (memory, place) = lane.place(range)
        target.write(memory.bytes(at: place, count: range.count), at: offset + index * range.count)
        let isComplete = program.isComplete && lane.setup?.isIncomplete.load(ordering: .relaxed) != true
        arrival.come(isComplete ? nil : CPUSession.lackOfScratch)
      }
    }
    return PendingRead { try await arrival.wait() }
  }

  /// Does this in order with what else the lane is asked for; nil, and a single lane, mean all threads of the pool.
  func enqueue(onLane index: Int?, _ work: @escaping @Sendable (Lane?) -> Void) {
    if let index, lanes.count > 1 {
      pool.enqueue(onLane: index) { work($0) }
    } else {
      pool.enqueue { work(nil) }
    }
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
