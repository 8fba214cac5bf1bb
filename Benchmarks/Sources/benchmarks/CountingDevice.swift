import Compute
import Synchronization

/// A device that counts what is asked of another one.
struct CountingDevice: Device {
  /// The device that does the work.
  let base: any Device
  /// What was asked.
  let usage = DeviceUsage()

  var name: String { base.name }
  var family: KernelFamily { base.family }
  var planOptions: PlanOptions { base.planOptions }
  var limits: DeviceLimits { base.limits }
  var lanes: Int { base.lanes }

  func makeBuffer(byteCount: Int) throws -> any DeviceBuffer { try base.makeBuffer(byteCount: byteCount) }

  func makeSession(_ plan: Plan, lanes: Int) throws -> any Session {
    CountingSession(
      try base.makeSession(plan, lanes: lanes), usage,
      byteCount: lanes * plan.arenaBytes + plan.constants.count)
  }
}

/// How often the host waited, and how much memory plans took.
final class DeviceUsage: Sendable {
  private let state = Mutex((reads: 0, bytes: 0, peak: 0))

  /// How often the host waited for a value.
  var reads: Int { state.withLock { $0.reads } }
  /// The most bytes that plans took at one time, parameters not counted.
  var peakBytes: Int { state.withLock { $0.peak } }

  fileprivate func countRead() { state.withLock { $0.reads += 1 } }

  fileprivate func take(_ bytes: Int) {
    state.withLock {
      $0.bytes += bytes
      $0.peak = max($0.peak, $0.bytes)
    }
  }
}

private final class CountingSession: Session {
  private let base: any Session
  private let usage: DeviceUsage
  private let byteCount: Int

  init(_ base: any Session, _ usage: DeviceUsage, byteCount: Int) {
    (self.base, self.usage, self.byteCount) = (base, usage, byteCount)
    usage.take(byteCount)
  }

  deinit { usage.take(-byteCount) }

  func write(_ bytes: [UInt8], to range: Plan.Range) throws { try base.write(bytes, to: range) }

  func makeSetupMemory() throws -> any DeviceBuffer { CountedBuffer(try base.makeSetupMemory(), usage) }

  func bind(_ parameters: [any DeviceBuffer], setup: any DeviceBuffer) throws {
    try base.bind(parameters, setup: (setup as? CountedBuffer)?.base ?? setup)
  }

  func launch(_ steps: LaunchedSteps) throws { try base.launch(steps) }

  func profile(_ steps: LaunchedSteps, repetitions: Int) async throws -> [LaunchTime] {
    try await base.profile(steps, repetitions: repetitions)
  }

  func startReading(_ range: Plan.Range, into target: HostBytes, at offset: Int) throws -> PendingRead {
    usage.countRead()
    return try base.startReading(range, into: target, at: offset)
  }
}

/// Memory that counts for as long as it exists.
private final class CountedBuffer: DeviceBuffer {
  let base: any DeviceBuffer
  private let usage: DeviceUsage

  init(_ base: any DeviceBuffer, _ usage: DeviceUsage) {
    (self.base, self.usage) = (base, usage)
    usage.take(base.byteCount)
  }

  deinit { usage.take(-byteCount) }

  var byteCount: Int { base.byteCount }
  func write(_ bytes: [UInt8]) throws { try base.write(bytes) }
  func read() async throws -> [UInt8] { try await base.read() }
}
