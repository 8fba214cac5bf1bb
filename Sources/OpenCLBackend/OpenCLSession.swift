import Compute

/// A plan on a device: its memory, and every launch prepared as far as it can be.
final class OpenCLSession: Session {
  let engine: OpenCLEngine
  /// Where its commands go.
  let queue: CommandQueue
  private let memory: PlanMemory
  private let kernels: PlanKernels
  private let updatesParameters: Bool
  private let setup: [Command]
  private let steps: [Command]
  /// A launch each, in the order the plan lists them.
  private var slots: [Slot] = []
  /// The memory of the parameters, and after it what the setup makes.
  private var bound: [OpenCLMemory] = []
  private var isBusy = false
  /// Commands since the device was last told of some.
  private var unflushed = 0

  /// One launch; what uses bound memory is prepared when that is named.
  private struct Slot {
    let launch: Plan.Launch
    let usesBoundMemory: Bool
    var kernel: PreparedKernel?
  }

  private indirect enum Command {
    case launch(Int)
    case loop(count: Int, [Command])
  }

  /// Prepares a plan.
  ///
  /// - Parameter lane: The queue of a lane in place of the device's.
  init(_ plan: Plan, _ engine: OpenCLEngine, lane: CommandQueue? = nil) throws {
    precondition(plan.family == engine.family, "the plan is for another family of kernels")
    self.engine = engine
    let queue = lane ?? engine.queue
    self.queue = queue
    updatesParameters = plan.updatesParameters
    var slots: [Slot] = []
    setup = Self.commands(plan.setup, &slots)
    steps = Self.commands(plan.steps, &slots)
    let launches = slots.map(\.launch)
    (memory, kernels) = try engine.translating { () throws(OpenCLError) in
      (try PlanMemory(plan, launches, queue), try PlanKernels(launches, engine))
    }
    self.slots = slots
    try prepare { !$0.usesBoundMemory }
  }

  // Some drivers do not keep memory alive that commands still use.
  deinit { if isBusy { queue.drain() } }

  private static func commands(_ steps: [Plan.Step], _ slots: inout [Slot]) -> [Command] {
    var commands: [Command] = []
    for step in steps {
      switch step {
      case .loop(let count, let body): commands.append(.loop(count: count, Self.commands(body, &slots)))
      case .launch(let launch):
        commands.append(.launch(slots.count))
        slots.append(Slot(launch: launch, usesBoundMemory: launch.buffers.contains { $0.isBound }))
      }
    }
    return commands
  }

  private func prepare(_ isWanted: (Slot) -> Bool) throws {
    for index in slots.indices where isWanted(slots[index]) {
      let launch = slots[index].launch
      var arguments: [KernelArgument] = []
      for range in launch.buffers { arguments.append(.buffer(try buffer(range))) }
      slots[index].kernel = try kernels.prepared(launch, buffers: arguments, engine)
    }
  }

  private func buffer(_ range: Plan.Range) throws -> OpenCLBuffer {
    guard case .parameter(let index) = range.region else {
      return try engine.translating { () throws(OpenCLError) in try memory.part(range) }
    }
    return bound[index].buffer
  }

  // MARK: Session

  func write(_ bytes: [UInt8], to range: Plan.Range) throws {
    precondition(bytes.count == range.count, "a write covers the whole range")
    isBusy = true
    try engine.translating { () throws(OpenCLError) in
      let (buffer, offset) = memory.place(range)
      try queue.enqueueWrite(copyOf: bytes, to: buffer, offset: offset)
    }
  }

  func makeSetupMemory() throws -> any DeviceBuffer {
    let byteCount = memory.setupByteCount
    return try engine.translating { () throws(OpenCLError) in
      OpenCLMemory(try engine.queue.allocate(byteCount: byteCount), byteCount, engine)
    }
  }

  func bind(_ parameters: [any DeviceBuffer], setup: any DeviceBuffer) throws {
    let bound = try (parameters + [setup]).map { buffer -> OpenCLMemory in
      guard let memory = buffer as? OpenCLMemory, memory.engine === engine else {
        throw DeviceError(.misuse, on: engine.name, "the weights lie on another device")
      }
      return memory
    }
    if bound.elementsEqual(self.bound, by: ===) { return }
    // Launches on their way use the old ones.
    if isBusy { queue.drain() }
    self.bound = bound
    memory.bind(setup: bound[parameters.count].buffer)
    try prepare(\.usesBoundMemory)
  }

  func launch(_ steps: LaunchedSteps) throws {
    isBusy = true
    // What lanes may still be reading is made anew.
    if steps == .setup || updatesParameters { engine.drainLanes() }
    try enqueue(steps == .setup ? setup : self.steps)
    try flush()
  }

  func startReading(_ range: Plan.Range, into target: HostBytes, at offset: Int) throws -> PendingRead {
    let (buffer, place) =
      if case .parameter(let index) = range.region {
        (bound[index].buffer, range.offset)
      } else {
        memory.place(range)
      }
    let read = try engine.translating { () throws(OpenCLError) in
      try queue.startReading(buffer, offset: place, byteCount: range.count)
    }
    return PendingRead { [engine] in
      do {
        unsafe try await read.wait { unsafe target.write($0, at: offset) }
      } catch let error as OpenCLError {
        throw DeviceError(await engine.queue.diagnosed(error), on: engine.name)
      }
    }
  }

  /// The same while the device is being opened, when nobody can wait otherwise.
  func readInPlace(_ range: Plan.Range) throws(DeviceError) -> [UInt8] {
    try engine.translating { () throws(OpenCLError) in
      let (buffer, offset) = memory.place(range)
      return try queue.readInPlace(buffer, offset: offset, byteCount: range.count)
    }
  }

  func profile(_ steps: LaunchedSteps, repetitions: Int) async throws -> [LaunchTime] {
    isBusy = true
    var profiler = LaunchProfiler(engine, queue)
    for _ in 0..<repetitions { try await profiler.run(timed(steps == .setup ? setup : self.steps)) }
    return profiler.times
  }

  private func timed(_ commands: [Command]) throws -> [LaunchProfiler.Step] {
    try commands.map { command in
      switch command {
      case .loop(let count, let body): .loop(count: count, try timed(body))
      case .launch(let index): .launch(try kernel(index))
      }
    }
  }

  // MARK: Launching

  private func enqueue(_ commands: [Command]) throws {
    for command in commands {
      switch command {
      case .loop(let count, let body): for _ in 0..<count { try enqueue(body) }
      case .launch(let index):
        let kernel = try kernel(index)
        try engine.translating { () throws(OpenCLError) in try queue.launch(kernel) }
        unflushed += 1
        // In a long loop the device should start before the host has said everything.
        if unflushed == 256 { try flush() }
      }
    }
  }

  private func kernel(_ index: Int) throws -> PreparedKernel {
    guard let kernel = slots[index].kernel else {
      throw DeviceError(.misuse, on: engine.name, "no memory was bound for \(slots[index].launch.kernel)")
    }
    return kernel
  }

  private func flush() throws {
    unflushed = 0
    try engine.translating { () throws(OpenCLError) in try queue.flush() }
  }
}

extension Plan.Range {
  /// Whether it lies in memory that is named after the session was made.
  var isBound: Bool {
    switch region {
    case .parameter, .setup: true
    case .arena, .constants: false
    }
  }
}
