import Compute
import Synchronization

/// Which kernels of the CPU family a device is known to compute rightly: each is compiled and tested when the first plan
/// needs it, and what was found is kept.
final class KernelTrust: Sendable {
  private let test: SelfTest
  private let name: String
  private let verdict: Mutex<SelfTest.Verdict>
  private let isAnnounced = Atomic(false)

  /// Starts from what is known.
  init(_ test: SelfTest, on name: String) throws(DeviceError) {
    self.test = test
    self.name = name
    verdict = Mutex(try test.known())
  }

  /// The kernels that failed, or that no test could run.
  var failed: Set<String> {
    verdict.withLock { Set(Self.failed($0).flatMap(\.subjects)).union($0.missing) }
  }

  /// What is switched off and why, a line each.
  var findings: [String] {
    verdict.withLock { verdict in
      Self.failed(verdict).map { "\($0.name): off, because \(verdict.sentence($0))" }
        + verdict.missing.sorted().map { "\($0): off, because \(Self.obstacle)" }
    }
  }

  /// Why a kernel is not tested.
  private static let obstacle = "no test runs it with this device's memory and options"

  private static func failed(_ verdict: SelfTest.Verdict) -> [SelfTestGroup] {
    SelfTestGroup.processor.filter { verdict.failures[$0.name] != nil }
  }

  /// Tests those of the kernels that were not tested before.
  ///
  /// - Throws: ``DeviceError`` of kind `unreliable` where some of them fail; a plan that avoids ``failed`` may do.
  func require(_ kernels: Set<String>) throws(DeviceError) {
    let groups = SelfTestGroup.processor.filter { !kernels.isDisjoint(with: $0.subjects) }
    let verdict = try verdict.withLock { verdict throws(DeviceError) in
      let untested = groups.filter { !verdict.tested.contains($0.name) }
      if !untested.isEmpty {
        let found = try tested(untested)
        verdict = verdict.merging(found)
        try test.keep(found)
        report(found)
      }
      return verdict
    }
    let failures =
      groups.compactMap { verdict.failures[$0.name] }
      + verdict.missing.intersection(kernels).sorted().map { "\($0): \(Self.obstacle)" }
    guard failures.isEmpty else {
      throw DeviceError(
        .unreliable, on: name,
        "it fails the self-test, so it is not used: \(failures.joined(separator: "; ")). "
          + "Update its driver, or use another device.")
    }
  }

  /// Says once a machine what a failure means.
  private func report(_ found: SelfTest.Verdict) {
    for group in Self.failed(found) {
      OpenCL.report(
        "\(name): \(found.sentence(group)). They are not used from now on: other kernels take "
          + "their place where there are any, slower and as exact. `tremor devices` lists what is switched off."
      )
    }
  }

  /// Compiles and compares, one group after another: PoCL, whose compiler is the slow one, compiles for one thread of a
  /// process at a time.
  private func tested(_ groups: [SelfTestGroup]) throws(DeviceError) -> SelfTest.Verdict {
    announce(groups)
    var verdict = SelfTest.Verdict()
    for group in groups { verdict = verdict.merging(try test.finding(of: group)) }
    return verdict
  }

  /// Says once what takes long, if it does.
  private func announce(_ groups: [SelfTestGroup]) {
    let seconds = groups.reduce(0) { $0 + $1.seconds }
    guard seconds >= 2, !isAnnounced.exchange(true, ordering: .relaxed) else { return }
    OpenCL.report(
      "\(name): building and testing kernels for the first time, about \(Int(seconds.rounded(.up))) s")
  }
}

extension SelfTest.Verdict {
  /// Why a group failed, without the log of a compiler.
  fileprivate func sentence(_ group: SelfTestGroup) -> String {
    failures[group.name]?.split(whereSeparator: \.isNewline).first.map(String.init) ?? "\(group.name) failed"
  }
}
