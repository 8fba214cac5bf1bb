import Compute

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Compares the kernels of a device with the interpreter before anybody relies on them.
///
/// Drivers miscompile. What was found is kept beside the compiled programs, so a kernel is tested once for each
/// driver and each version of the kernels.
struct SelfTest {
  private let engine: OpenCLEngine
  /// Where verdicts are kept.
  let files: FileCache?
  private let options: PlanOptions
  private let limits: DeviceLimits

  /// What was found.
  struct Verdict: Codable, Equatable {
    /// The groups that were tested.
    var tested: Set<String> = []
    /// For each group of kernels that failed: one sentence.
    var failures: [String: String] = [:]
    /// Kernels that groups were to test and whose plans did without them, so that nothing is known of them.
    var missing: Set<String> = []

    /// Both findings.
    func merging(_ other: Verdict) -> Verdict {
      Verdict(
        tested: tested.union(other.tested), failures: failures.merging(other.failures) { $1 },
        missing: missing.union(other.missing))
    }
  }

  /// Whether `TREMOR_SELF_TEST` leaves it on.
  static var isOn: Bool { ProcessInfo.processInfo.environment["TREMOR_SELF_TEST"] != "off" }

  init(
    _ engine: OpenCLEngine, _ location: CacheLocation, _ options: PlanOptions, _ limits: DeviceLimits = .none
  ) {
    self.engine = engine
    self.options = options
    self.limits = limits
    let section = SHA256.hexadecimal(of: engine.properties.identity)
    files = location.folder.map { FileCache(root: $0 + "/v1", section: section) }
  }

  /// What was found before.
  func known() throws(DeviceError) -> Verdict {
    guard let content = files?.content(of: try file) else { return Verdict() }
    return (try? JSONDecoder().decode(Verdict.self, from: Data(content))) ?? Verdict()
  }

  /// Keeps findings beside those of other processes; where nothing can be kept, the next start tests again.
  func keep(_ verdict: Verdict) throws(DeviceError) {
    let all = try known().merging(verdict)
    if let data = try? JSONEncoder().encode(all) { try? files?.store(Array(data), as: try file) }
  }

  /// What is found about these groups, now or before.
  ///
  /// - Throws: ``DeviceError`` when the device is lost or its memory does not even suffice for this.
  func verdict(_ groups: [SelfTestGroup]) throws(DeviceError) -> Verdict {
    var verdict = try known()
    let untested = groups.filter { !verdict.tested.contains($0.name) }
    guard !untested.isEmpty else { return verdict }
    for group in untested { verdict = verdict.merging(try finding(of: group)) }
    try keep(verdict)
    return verdict
  }

  /// The name of the file for these kernels, options and tests, and for what decides which kernels a test runs.
  var file: String {
    get throws(DeviceError) {
      let texts = try engine.translating { () throws(OpenCLError) in
        try KernelTexts.assembled("\(engine.family.rawValue)/family.cl")
      }
      let parts = engine.family == .cpu ? KernelPart.all.map { $0.texts.joined(separator: " ") } : []
      let groups = engine.family == .cpu ? SelfTestGroup.processor : SelfTestGroup.graphics
      let tests = groups.map { "\($0.name) \($0.planOptions(options).rawValue) \($0.tolerance)" }
      let memory = "\(limits.scratch) \(limits.avoided.sorted())"
      let subject = "\(SelfTestGroup.version)|\(tests)|\(memory)|\(engine.options)|\(parts)|\(texts)"
      return "verdict-\(SHA256.hexadecimal(of: subject)).json"
    }
  }

  /// What is found about a group.
  ///
  /// - Throws: As ``failure(of:)``.
  func finding(of group: SelfTestGroup) throws(DeviceError) -> Verdict {
    var verdict = Verdict(tested: [group.name])
    verdict.failures[group.name] = try failure(of: group)
    if engine.family == .cpu { verdict.missing = missing(in: group) }
    return verdict
  }

  /// The kernels that a group is for and that its plan does without.
  private func missing(in group: SelfTestGroup) -> Set<String> {
    guard let plan = try? plan(for: group.graph(), of: group) else { return Set(group.subjects) }
    let launches = plan.launches(of: .setup) + plan.launches(of: .run)
    return Set(group.subjects).subtracting(launches.map(\.launch.kernel))
  }

  private func plan(for graph: Graph, of group: SelfTestGroup) -> Plan {
    Plan(graph, family: engine.family, options: group.planOptions(options), limits: limits)
  }

  /// One sentence if a group gives wrong results, or none.
  ///
  /// - Throws: ``DeviceError`` when the device is lost or memory is short.
  func failure(of group: SelfTestGroup) throws(DeviceError) -> String? {
    do {
      let error = try relativeError(of: group)
      return error <= group.tolerance
        ? nil : "\(group.name) are wrong by a relative error of \(error)"
    } catch let error as DeviceError where error.kind == .lost || error.kind == .outOfMemory {
      throw error
    } catch {
      return "\(group.name) fail: \(error)"
    }
  }

  /// The largest relative error in norm of a group's results.
  private func relativeError(of group: SelfTestGroup) throws -> Double {
    let graph = try group.graph()
    let arguments = group.arguments(graph)
    let expected = try graph.interpret(arguments.mapValues { ReferenceArray($0) })
    let plan = plan(for: graph, of: group)
    let session = try OpenCLSession(plan, engine)
    for port in plan.arguments {
      if let value = arguments[port.name] { try session.write(value.bytes, to: port.range) }
    }
    try session.bind([])
    try session.launch(.setup)
    try session.launch(.run)
    var largest = 0.0
    for (port, reference) in zip(plan.outputs, expected) {
      let found = HostArray(port.type, bytes: try session.readInPlace(port.range))
      largest = max(largest, SelfTestGroup.relativeError(of: ReferenceArray(found), reference))
    }
    return largest
  }
}
