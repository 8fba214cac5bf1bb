/// Something that runs plans.
public protocol Device: Sendable {
  /// A short name for tables and messages, as in "cpu" or "opencl:0".
  var name: String { get }
  /// The kernels it runs.
  var family: KernelFamily { get }
  /// The passes that suit it; others are left out of every plan made for it.
  var planOptions: PlanOptions { get }
  /// How exactly it multiplies in products and convolutions.
  var precision: Precision { get }
  /// What it offers to kernels; plans for it keep within.
  var limits: DeviceLimits { get }
  /// Launch parameters that were measured to suit it; they change no result.
  var tuning: Tuning { get }
  /// Parts in which samples that do not depend on each other are computed side by side; no result depends on it.
  var lanes: Int { get }
  /// Samples that are computed together unless somebody says otherwise; no result depends on it.
  ///
  /// - Parameter sampleBytes: Bytes of the largest value of one sample: see ``Graph/sampleBytes(_:)``.
  func usualTile(sampleBytes: Int) -> Int
  /// What it has found out about itself and decided by it, a line each, for people.
  ///
  /// Opens the device where that is needed.
  var findings: [String] { get }

  /// Memory of its own that lives as long as the buffer.
  ///
  /// - Throws: ``DeviceError`` when there is not enough.
  func makeBuffer(byteCount: Int) throws -> any DeviceBuffer

  /// Gets everything ready that running `plan` needs: memory, kernels, constants.
  ///
  /// - Parameter lanes: How many runs of the plan are made side by side, each with inputs, outputs and intermediate
  ///   values of its own; 1, or ``lanes``.
  /// - Throws: ``DeviceError`` when memory is short or a kernel does not build.
  func makeSession(_ plan: Plan, lanes: Int) throws -> any Session
}

extension Device {
  /// A session of one lane.
  ///
  /// - Throws: As ``makeSession(_:lanes:)``.
  public func makeSession(_ plan: Plan) throws -> any Session { try makeSession(plan, lanes: 1) }
  /// Every pass.
  public var planOptions: PlanOptions { .all }
  /// Float32.
  public var precision: Precision { .float32 }
  /// None.
  public var limits: DeviceLimits { .none }
  /// None.
  public var tuning: Tuning { .none }
  /// So few that a processor is not kept busy by memory alone, or so many that a GPU has work everywhere.
  public func usualTile(sampleBytes: Int) -> Int { family == .cpu ? 32 : 512 }
  /// One.
  public var lanes: Int { 1 }
  /// Nothing.
  public var findings: [String] { [] }

  /// The tile for processors whose lanes have a second cache each.
  ///
  /// Six samples for each lane, since register tiles have six rows, or as many times six, to 60, as keep two of their
  /// values near that cache.
  package static func cachedTile(sampleBytes: Int, lanes: Int) -> Int {
    let fitting = (768 << 10) / max(1, sampleBytes)
    return lanes * min(60, max(6, fitting / 6 * 6))
  }

  /// The same where each sample has so many rows that are computed together: at least one sample for each lane.
  public func usualTile(sampleBytes: Int, rows: Int) -> Int {
    lanes * max(1, usualTile(sampleBytes: sampleBytes) / (lanes * max(1, rows)))
  }

  /// In how many lanes `count` samples are computed: the most that get equally many, or one where at least half of the
  /// device would have nothing to do.
  func lanes(for count: Int) -> Int {
    let most = (1...max(1, min(lanes, count))).last { count.isMultiple(of: $0) } ?? 1
    return 2 * most > lanes ? most : 1
  }
}

/// Memory on a device.
public protocol DeviceBuffer: Sendable {
  /// Its size.
  var byteCount: Int { get }
  /// Overwrites all of it.
  ///
  /// - Precondition: Exactly ``byteCount`` bytes.
  func write(_ bytes: [UInt8]) throws
  /// All of it, when everything that was launched before has run.
  func read() async throws -> [UInt8]
}

/// A plan with its memory on a device.
///
/// Work is done in the order of the calls. A session of several lanes has the inputs and outputs of its lanes one behind
/// the other.
public protocol Session: AnyObject {
  /// Overwrites a range of the arena: with `range.count` bytes, or as many for each lane.
  func write(_ bytes: [UInt8], to range: Plan.Range) throws
  /// Memory for what the setup makes, for any session of a plan with the same setup on the same device.
  ///
  /// - Throws: ``DeviceError`` when there is not enough.
  func makeSetupMemory() throws -> any DeviceBuffer
  /// Names the memory of the parameters, in the plan's order, and of what the setup makes, for what is launched from now
  /// on; nothing is launched before.
  func bind(_ parameters: [any DeviceBuffer], setup: any DeviceBuffer) throws
  /// Starts these steps and returns without waiting for them.
  func launch(_ steps: LaunchedSteps) throws
  /// Runs these steps a number of times with each launch by itself, and measures how long each takes.
  ///
  /// - Returns: A time for each of ``Plan/launches(of:)``, in that order.
  func profile(_ steps: LaunchedSteps, repetitions: Int) async throws -> [LaunchTime]
  /// Asks for the bytes of a range, those of all lanes, as they are when everything that was launched before has run, and
  /// returns without waiting for them.
  ///
  /// - Parameters:
  ///   - target: Where they go.
  ///   - offset: The place of the first.
  func startReading(_ range: Plan.Range, into target: HostBytes, at offset: Int) throws -> PendingRead
}

extension Session {
  /// The same with memory of its own for what the setup makes.
  ///
  /// - Throws: ``DeviceError`` when there is not enough, or the parameters lie on another device.
  public func bind(_ parameters: [any DeviceBuffer]) throws {
    try bind(parameters, setup: makeSetupMemory())
  }
}

/// Which steps of a plan are started.
public enum LaunchedSteps: Sendable {
  /// Those that depend on the parameters alone.
  case setup
  /// Those of a run.
  case run
}

/// What went wrong on a device.
public struct DeviceError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kinds that callers treat apart.
  public enum Kind: Hashable, Sendable {
    /// There is no such device, or no library to reach it.
    case unavailable
    /// The memory does not suffice; less may fit.
    case outOfMemory
    /// The device stopped answering; what it held is gone.
    case lost
    /// A kernel did not build.
    case buildFailed
    /// A result is wrong: the device computes badly.
    case unreliable
    /// The caller's mistake: a missing input, another type.
    case misuse
  }

  /// Which.
  public let kind: Kind
  /// The device's name.
  public let device: String
  /// What happened, and what to do about it.
  public let message: String

  /// Makes an error.
  public init(_ kind: Kind, on device: String, _ message: String) {
    self.kind = kind
    self.device = device
    self.message = message
  }

  /// The device and the message.
  public var description: String { "\(device): \(message)" }
}
