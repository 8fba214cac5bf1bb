public import Compute

/// Limits of devices that tests simulate.
public enum SimulatedLimits {
  /// Bytes of local memory: the least there is, and what runtimes for small processors offer.
  public static let scratch = [32, 64, 256, 512].map { $0 << 10 }

  /// Checks that no launch of a plan takes more than the plan was made for.
  ///
  /// - Throws: A ``CheckFailure`` naming the kernel.
  public static func check(_ plan: Plan, within limits: DeviceLimits) throws {
    for (launch, _) in (plan.launches(of: .setup) + plan.launches(of: .run)).map({ ($0.launch, $0.count) })
    where !fits(launch, limits) {
      throw CheckFailure("\(launch.kernel) with \(launch.scratchBytes) bytes is not within \(limits)")
    }
  }

  private static func fits(_ launch: Plan.Launch, _ limits: DeviceLimits) -> Bool {
    launch.scratchBytes <= limits.scratch && launch.work.local.reduce(1, *) <= limits.group
      && !limits.avoided.contains(launch.kernel)
  }
}
