import CPUBackend
import Compute
import ComputeTestSupport
import Synchronization
import Testing

/// What a setup makes of weights, such as packed ones, is there once for all executables that need the same.
@Suite struct SharedSetupTests {
  /// A device that counts memory for setups and how often they run.
  private struct CountingDevice: Device {
    let inner: CPUDevice
    let counts = Counts()
    var name: String { inner.name }
    var family: KernelFamily { inner.family }
    var lanes: Int { inner.lanes }
    func makeBuffer(byteCount: Int) throws -> any DeviceBuffer { try inner.makeBuffer(byteCount: byteCount) }
    func makeSession(_ plan: Plan, lanes: Int) throws -> any Session {
      CountingSession(try inner.makeSession(plan, lanes: lanes), counts)
    }
  }

  private final class Counts: Sendable {
    private let state = Mutex((memories: 0, runs: 0))
    var memories: Int { state.withLock { $0.memories } }
    var runs: Int { state.withLock { $0.runs } }
    func countMemory() { state.withLock { $0.memories += 1 } }
    func countRun() { state.withLock { $0.runs += 1 } }
  }

  private final class CountingSession: Session {
    let inner: any Session
    let counts: Counts
    init(_ inner: any Session, _ counts: Counts) { (self.inner, self.counts) = (inner, counts) }
    func write(_ bytes: [UInt8], to range: Plan.Range) throws { try inner.write(bytes, to: range) }
    func makeSetupMemory() throws -> any DeviceBuffer {
      counts.countMemory()
      return try inner.makeSetupMemory()
    }
    func bind(_ parameters: [any DeviceBuffer], setup: any DeviceBuffer) throws {
      try inner.bind(parameters, setup: setup)
    }
    func launch(_ steps: LaunchedSteps) throws {
      if steps == .setup { counts.countRun() }
      try inner.launch(steps)
    }
    func profile(_ steps: LaunchedSteps, repetitions: Int) async throws -> [LaunchTime] {
      try await inner.profile(steps, repetitions: repetitions)
    }
    func startReading(_ range: Plan.Range, into target: HostBytes, at offset: Int) throws -> PendingRead {
      try inner.startReading(range, into: target, at: offset)
    }
  }

  /// A convolution by minimal filtering, whose weights are scaled and packed in the setup.
  @Sendable private static func graph(_ count: Int, scale: Double = 2) throws -> Graph {
    try Graph { scope in
      let kernel = (scope.parameter("kernel", [32, 16, 3, 3]) * scale).tanh()
      return [scope.input("images", [count, 16, 12, 12]).convolved(kernel, padding: 1).relu()]
    }
  }

  private func values(_ shape: Shape, _ seed: UInt64) -> HostArray {
    var generator = SeededGenerator(seed: seed)
    return HostArray(shape, (0..<shape.count).map { _ in Float(generator.number(in: -1...1)) })
  }

  private func weights(_ seed: UInt64, on device: any Device) throws -> Weights {
    try Weights(["kernel": values([32, 16, 3, 3], seed)], on: device)
  }

  private func images(_ count: Int) -> [String: HostArray] { ["images": values([count, 16, 12, 12], 1)] }

  /// What an executable that shares nothing computes.
  private func expected(_ count: Int, _ seed: UInt64, scale: Double = 2) async throws -> [HostArray] {
    let device = try CPUDevice(threads: 1)
    let weights = try weights(seed, on: device)
    var executable = try Executable(Self.graph(count, scale: scale), on: device)
    return try await executable.run(images(count), reading: weights)
  }

  @Test(arguments: [1, 2, 4]) func batchesOfAnySizeShareIt(_ threads: Int) async throws {
    let device = CountingDevice(inner: try CPUDevice(threads: threads))
    let weights = try weights(2, on: device)
    var executables: [Prepared] = []
    for count in [1, 3, 8, 12] {
      executables.append(Prepared(try Executable(samples: count, on: device) { try Self.graph($0) }))
      let found = try await executables.last?.executable.run(images(count), reading: weights)
      #expect(try await found == expected(count, 2), "\(count) samples")
    }
    #expect(device.counts.memories == 1 && device.counts.runs == 1)
  }

  @Test func changedWeightsAreSetUpOnceMoreForAll() async throws {
    let device = CountingDevice(inner: try CPUDevice(threads: 2))
    var weights = try weights(2, on: device)
    var few = try Executable(samples: 2, on: device) { try Self.graph($0) }
    var many = try Executable(samples: 6, on: device) { try Self.graph($0) }
    for seed in [2, 3, 4] as [UInt64] {
      try weights.write("kernel", values([32, 16, 3, 3], seed))
      // The one that comes first makes it, whichever that is.
      if seed == 3 { #expect(try await few.run(images(2), reading: weights) == expected(2, seed)) }
      #expect(try await many.run(images(6), reading: weights) == expected(6, seed))
      #expect(try await few.run(images(2), reading: weights) == expected(2, seed))
    }
    #expect(device.counts.memories == 1 && device.counts.runs == 3)
  }

  @Test func otherWeightsAndOtherSetupsShareNothing() async throws {
    let device = CountingDevice(inner: try CPUDevice(threads: 2))
    let first = try weights(2, on: device)
    let second = try weights(3, on: device)
    var executable = try Executable(Self.graph(4), on: device)
    var scaled = try Executable(Self.graph(4, scale: 3), on: device)
    #expect(try await executable.run(images(4), reading: first) == expected(4, 2))
    #expect(try await scaled.run(images(4), reading: first) == expected(4, 2, scale: 3))
    #expect(device.counts.memories == 2)
    #expect(try await executable.run(images(4), reading: second) == expected(4, 3))
    #expect(device.counts.memories == 3)
    #expect(try await scaled.run(images(4), reading: first) == expected(4, 2, scale: 3))
    #expect(try await executable.run(images(4), reading: first) == expected(4, 2))
  }

  @Test func itIsGoneWithItsLastUser() async throws {
    let device = CountingDevice(inner: try CPUDevice(threads: 2))
    let weights = try weights(2, on: device)
    for round in 1...3 {
      var executable = try Executable(Self.graph(round), on: device)
      #expect(try await executable.run(images(round), reading: weights) == expected(round, 2))
    }
    #expect(device.counts.memories == 3)
  }

  private final class Prepared {
    var executable: Executable
    init(_ executable: consuming Executable) { self.executable = executable }
  }
}
