import Compute
import Dispatch
import Synchronization

/// Which kernels of the CPU family a device is known to compute rightly: each is compiled and tested when the first plan
/// needs it, and what was found is kept.
final class KernelTrust: Sendable {
  private let test: SelfTest
  private let name: String
  /// How many tests can run beside the first, on contexts of their own: none where the runtime compiles for one context
  /// at a time.
  private let helpers: Int
  private let helper: @Sendable () throws -> SelfTest
  private let verdict: Mutex<SelfTest.Verdict>

  /// Starts from what is known.
  ///
  /// - Parameters:
  ///   - helpers: How many tests can run beside the first.
  ///   - helper: Makes one of them.
  init(
    _ test: SelfTest, on name: String, helpers: Int, helper: @escaping @Sendable () throws -> SelfTest
  ) throws(DeviceError) {
    self.test = test
    self.name = name
    self.helpers = helpers
    self.helper = helper
    verdict = Mutex(try test.known())
  }

  /// The kernels that failed.
  var failed: Set<String> { verdict.withLock { Set(Self.failed($0).flatMap(\.subjects)) } }

  /// What is switched off and why, a line each.
  var findings: [String] {
    verdict.withLock { verdict in
      Self.failed(verdict).map { "\($0.name): off, because \(verdict.sentence($0))" }
    }
  }

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
    let failures = groups.compactMap { verdict.failures[$0.name] }
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

  /// Compiles and compares, the longest first.
  private func tested(_ groups: [SelfTestGroup]) throws(DeviceError) -> SelfTest.Verdict {
    let groups = groups.sorted { ($1.seconds, $0.name) < ($0.seconds, $1.name) }
    let workers = min(groups.count, 1 + helpers)
    announce(groups, workers)
    let next = Atomic(0)
    let results = Mutex<(verdict: SelfTest.Verdict, error: DeviceError?)>((SelfTest.Verdict(), nil))
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      do {
        let test = worker == 0 ? self.test : try helper()
        while true {
          let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard index < groups.count else { return }
          let failure = try test.failure(of: groups[index])
          results.withLock {
            $0.verdict.tested.insert(groups[index].name)
            $0.verdict.failures[groups[index].name] = failure
          }
        }
      } catch {
        let failure = error as? DeviceError ?? DeviceError(.unavailable, on: name, "\(error)")
        results.withLock { $0.error = failure }
      }
    }
    let (verdict, error) = results.withLock { $0 }
    if let error { throw error }
    return verdict
  }

  /// Says what takes long, if it does.
  private func announce(_ groups: [SelfTestGroup], _ workers: Int) {
    let seconds = groups.reduce(0) { $0 + $1.seconds } / Double(workers)
    guard seconds >= 2 else { return }
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
