public import Compute
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A device behind an OpenCL driver.
///
/// The first use opens it: a context and a queue. Kernels are tested before they are first used: those of the GPU family
/// then, as a driver compiles them together, those of the CPU family when a plan needs them.
public final class OpenCLDevice: Device {
  /// What the driver says about it.
  public let properties: DeviceDescription
  /// `opencl:` and the position among all devices.
  public let name: String
  /// The kernels it runs: those with explicit vectors on processors, else those with local memory.
  public let family: KernelFamily
  /// How exactly it multiplies; a device for another precision is made by ``computing(in:)``.
  public let precision: Precision
  /// Launch parameters that were measured to suit it; a device with others is made by ``tuned(_:)``.
  public let tuning: Tuning

  private let listed: ListedDevice
  private let location: CacheLocation
  private let testsItself: Bool
  /// Bytes of local memory in place of what the driver says.
  private let localMemory: Int?
  private let tensorCores: TensorCoreGate
  private let tensorCoreUse: TensorCoreUse
  private let opened = Mutex<Result<Opened, DeviceError>?>(nil)

  private struct Opened {
    let engine: OpenCLEngine
    let planOptions: PlanOptions
    let limits: DeviceLimits
    let findings: [String]
    /// In the CPU family: what is tested on demand.
    var trust: KernelTrust?
  }

  /// Takes a device from the list.
  ///
  /// - Parameters:
  ///   - family: Another family than the one that suits it.
  ///   - location: Where compiled programs and verdicts are kept.
  ///   - testsItself: Whether the first use is preceded by the self-test.
  ///   - tensorCores: Another source of tensor-core products than what the device says it has.
  ///   - tensorCoreUse: Which layers go there.
  ///   - localMemory: At most so many bytes of local memory are used; what `TREMOR_LOCAL_MEMORY` simulates when nil.
  init(
    _ listed: ListedDevice, family: KernelFamily? = nil, precision: Precision = .float32,
    tuning: Tuning = .none,
    location: CacheLocation = .standard, testsItself: Bool = SelfTest.isOn, localMemory: Int? = nil,
    tensorCores: TensorCoreSource? = nil, tensorCoreUse: TensorCoreUse = OpenCL.requestedTensorCores
  ) {
    self.precision = precision
    self.tuning = tuning
    self.tensorCores = tensorCores.map { .open($0) } ?? TensorCoreGate(listed.description)
    self.tensorCoreUse = tensorCoreUse
    self.listed = listed
    self.location = location
    self.testsItself = testsItself
    self.localMemory = localMemory
    properties = listed.description
    name = "opencl:\(listed.description.index)"
    self.family = family ?? OpenCL.requestedFamily ?? listed.description.suitedFamily
  }

  /// The same device with another family of kernels; it shares no memory with this one.
  public func running(_ family: KernelFamily) -> OpenCLDevice { copy(family, precision, tuning) }

  /// The same device with another precision of products; it shares no memory with this one.
  public func computing(in precision: Precision) -> OpenCLDevice { copy(family, precision, tuning) }

  /// The same device with other launch parameters, which change no result; it shares no memory with this one.
  public func tuned(_ tuning: Tuning) -> OpenCLDevice { copy(family, precision, tuning) }

  private func copy(_ family: KernelFamily, _ precision: Precision, _ tuning: Tuning) -> OpenCLDevice {
    var source: TensorCoreSource?
    if case .open(let known) = tensorCores { source = known }
    return OpenCLDevice(
      listed, family: family, precision: precision, tuning: tuning, location: location,
      testsItself: testsItself, localMemory: localMemory,
      tensorCores: source, tensorCoreUse: tensorCoreUse)
  }

  /// Memory of its own that lives as long as the buffer.
  ///
  /// - Throws: ``DeviceError`` when there is not enough.
  public func makeBuffer(byteCount: Int) throws -> any DeviceBuffer {
    let engine = try engine()
    return try engine.translating { () throws(OpenCLError) in
      OpenCLMemory(try engine.queue.allocate(byteCount: max(4, byteCount)), byteCount, engine)
    }
  }

  /// Gets everything ready that running `plan` needs.
  ///
  /// - Throws: ``DeviceError`` when memory is short or a kernel does not build; of kind `unreliable` where a kernel fails
  ///   its test, after which ``limits`` leave it out.
  public func makeSession(_ plan: Plan, lanes: Int) throws -> any Session {
    let opened = try opening()
    let engine = opened.engine
    let launches = plan.launches(of: .setup) + plan.launches(of: .run)
    try opened.trust?.require(Set(launches.map(\.launch.kernel)))
    return lanes == 1 ? try OpenCLSession(plan, engine) : try OpenCLLanes(plan, lanes: lanes, engine)
  }

  /// One for each compute unit of a processor whose runtime keeps commands there, else one.
  ///
  /// Opens the device.
  public var lanes: Int { max(1, (try? engine().laneQueues.count) ?? 1) }

  /// What suits the caches of a processor's lanes; 32 samples where it has none, 512 on GPUs.
  public func usualTile(sampleBytes: Int) -> Int {
    if family == .gpu { return 512 }
    return lanes == 1 ? 32 : Self.cachedTile(sampleBytes: sampleBytes, lanes: lanes)
  }

  /// The passes that suit it: in the GPU family without fast convolutions where they need more local memory than there
  /// is, or where the self-test found them wrong.
  public var planOptions: PlanOptions { (try? opening().planOptions) ?? .all }

  /// Its local memory, and the kernels that its self-test has ruled out so far.
  public var limits: DeviceLimits {
    guard let opened = try? opening() else { return .none }
    return opened.limits.avoiding(opened.trust?.failed ?? [])
  }

  /// Whether it uses tensor cores and for what, or why it does not, and what the self-test has ruled out.
  public var findings: [String] {
    guard let opened = try? opening() else { return [] }
    return opened.findings + (opened.trust?.findings ?? [])
  }

  /// What makes commands and memory; the first use opens the device.
  func engine() throws -> OpenCLEngine { try opening().engine }

  /// Opens the device if that has not been done; one that failed once is not tried again.
  private func opening() throws -> Opened {
    let result = opened.withLock { state in
      if let state { return state }
      let result = Result { () throws(DeviceError) in try open() }
      state = result
      return result
    }
    return try result.get()
  }

  private func open() throws(DeviceError) -> Opened {
    if let obstacle = properties.obstacle {
      throw DeviceError(.unavailable, on: name, "\(properties.name) cannot be used: \(obstacle)")
    }
    let engine = try OpenCLEngine(
      listed, name: name, family: family, location: location, tensorCores: usedTensorCores)
    let limits = try foundLimits()
    var options = suitedOptions(engine, limits)
    if family == .cpu { return try openedProcessor(engine, options, limits) }
    guard testsItself else {
      let finding = ["tensor cores: off, because the self-test is"]
      return Opened(engine: engine, planOptions: options, limits: limits, findings: finding)
    }
    options.subtract(try failedOptions(try selfTest(engine)))
    let (decisions, findings) = try tensorCoreDecisions(engine, options)
    let sums: PlanOptions = precision == .exact ? .exactSums : []
    return Opened(
      engine: engine, planOptions: options.union(decisions).union(sums), limits: limits, findings: findings)
  }

  /// The self-test of what plans for this device have.
  func selfTest(_ engine: OpenCLEngine) throws(DeviceError) -> SelfTest {
    let limits = try foundLimits()
    return SelfTest(engine, location, suitedOptions(engine, limits), limits)
  }

  /// What the driver says, or less where that is simulated.
  private func foundLimits() throws(DeviceError) -> DeviceLimits {
    let bytes = min(properties.localMemory, localMemory ?? .max)
    let variable = localMemory == nil ? ProcessInfo.processInfo.environment["TREMOR_LOCAL_MEMORY"] : nil
    let limits = DeviceLimits(scratch: bytes, group: properties.maximumWorkGroup)
    return try limits.checked(for: family, on: name).simulating(variable, on: name)
  }

  private func openedProcessor(
    _ engine: OpenCLEngine, _ options: PlanOptions, _ limits: DeviceLimits
  ) throws(DeviceError) -> Opened {
    let rounding: PlanOptions =
      switch precision {
      case .float32: []
      case .tensorFloat32: .tensorFloat32
      case .exact: .exactSums
      }
    var opened = Opened(
      engine: engine, planOptions: options.union(rounding), limits: limits, findings: [])
    guard testsItself else { return opened }
    opened.trust = try KernelTrust(try selfTest(engine), on: name)
    return opened
  }

  /// The passes that the device has what it takes for.
  private func suitedOptions(_ engine: OpenCLEngine, _ limits: DeviceLimits) -> PlanOptions {
    let hasRoom = limits.scratch >= OpenCLEngine.fastConvolutionMemory
    var options: PlanOptions = family == .gpu && !hasRoom ? .all.subtracting(.fastConvolution) : .all
    if family == .cpu, !engine.hasMatrixTiles { options.subtract(.matrixTiles) }
    return options
  }

  /// The passes that the self-test rules out.
  ///
  /// - Throws: ``DeviceError`` of kind `unreliable` where kernels fail that nothing can replace.
  private func failedOptions(_ test: SelfTest) throws(DeviceError) -> PlanOptions {
    var failures = try test.verdict(SelfTestGroup.graphics).failures
    var failed: PlanOptions = []
    if precision != .exact { failures[SelfTestGroup.exactSums.name] = nil }
    if let failure = failures.removeValue(forKey: SelfTestGroup.fastConvolutions.name) {
      failed.formUnion(.fastConvolution)
      OpenCL.report("\(name): \(failure), so slower ones are used")
    }
    guard failures.isEmpty else {
      let list = failures.sorted { $0.key < $1.key }.map(\.value).joined(separator: "; ")
      throw DeviceError(
        .unreliable, on: name,
        "\(properties.name) fails the self-test, so it is not used: \(list). Update its driver, or use another device."
      )
    }
    return failed
  }

  // MARK: Tensor cores

  /// What the engine needs to know to build kernels for tensor cores.
  private var usedTensorCores: TensorCoreSource? {
    guard family == .gpu, tensorCoreUse != .off, precision != .exact, case .open(let source) = tensorCores
    else { return nil }
    return source
  }

  /// Which layers go to tensor cores, and what to tell people about it.
  private func tensorCoreDecisions(
    _ engine: OpenCLEngine, _ options: PlanOptions
  ) throws(DeviceError) -> (options: PlanOptions, findings: [String]) {
    guard family == .gpu else { return ([], []) }
    if precision == .exact { return ([], ["tensor cores: off, because sums are to be exact"]) }
    if case .closed(let reason) = tensorCores { return ([], ["tensor cores: none, because \(reason)"]) }
    guard engine.tensorCores != nil else { return ([], ["tensor cores: off by TREMOR_TENSOR_CORES"]) }
    let verdict = try TensorCoreExamination(engine, location, options, tensorCoreUse).verdict()
    return (verdict.options(precision, tensorCoreUse), verdict.findings(precision, tensorCoreUse))
  }
}

extension DeviceDescription {
  /// The family for a device of this kind: local memory that is a part of global memory gains nothing, and small
  /// work-groups cannot run kernels of the GPU family.
  public var suitedFamily: KernelFamily {
    let isSmall = maximumWorkGroup < DeviceLimits.graphicsGroup
    return kind == .cpu || localMemoryKind == .global || isSmall ? .cpu : .gpu
  }
}
