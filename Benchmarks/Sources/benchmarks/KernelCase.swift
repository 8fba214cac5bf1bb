import Benchmarking
import Compute

/// A small graph whose plan launches a kernel that is to be timed.
struct KernelCase {
  /// What is computed, for people.
  let name: String
  /// The table it stands in.
  let group: String
  /// Which kernel is timed.
  let target: Target
  /// Integers that are made up for inputs lie below.
  let limit: Int
  private let graph: () throws -> Graph

  /// Which launch of the plan is timed.
  enum Target {
    /// The launches of these kernels; nothing in a family that is left out.
    case kernels([KernelFamily: String])
    /// The one launch of a convolution, whichever kernel was chosen for the layer.
    case convolution
  }

  /// Launches of one kernel in a plan.
  struct Located {
    let kernel: String
    let steps: LaunchedSteps
    /// Their numbers among the launches of the steps.
    let indices: [Int]
  }

  init(
    _ name: String, in group: String, _ target: Target, below limit: Int = 10,
    _ graph: @escaping () throws -> Graph
  ) {
    (self.name, self.group, self.target, self.limit, self.graph) = (name, group, target, limit, graph)
  }

  /// Finds the kernels that the case can be measured with in a family.
  ///
  /// - Returns: None where the family has no such kernel.
  /// - Throws: `BenchmarkError` where no plan launches it.
  func kernels(of family: KernelFamily) throws -> [String] {
    guard concerns(family) else { return [] }
    let plans = try Self.plans(of: graph(), family, .all)
    let found = plans.compactMap { located(in: $0)?.kernel }
    if found.isEmpty { throw absence(plans[0]) }
    return found
  }

  /// A graph's plan with all these passes, and one without what only some processors can do.
  private static func plans(
    of graph: Graph, _ family: KernelFamily, _ options: PlanOptions, _ limits: DeviceLimits = .none
  ) -> [Plan] {
    [options, options.subtracting(.matrixTiles)].map {
      Plan(graph, family: family, options: $0, limits: limits)
    }
  }

  private func concerns(_ family: KernelFamily) -> Bool {
    if case .kernels(let names) = target { names[family] != nil } else { true }
  }

  private func located(in plan: Plan) -> Located? {
    for steps in [LaunchedSteps.run, .setup] {
      let kernels = plan.launches(of: steps).map(\.launch.kernel)
      let indices = kernels.indices.filter { isWanted(kernels[$0], plan.family) }
      if let first = indices.first { return Located(kernel: kernels[first], steps: steps, indices: indices) }
    }
    return nil
  }

  private func absence(_ plan: Plan) -> BenchmarkError {
    let found = (plan.launches(of: .setup) + plan.launches(of: .run)).map(\.launch.kernel)
    return BenchmarkError(
      "'\(name)' on the \(plan.family.rawValue) family launches \(found.joined(separator: ", ")), "
        + "not what it is to measure; change its graph")
  }

  private func isWanted(_ kernel: String, _ family: KernelFamily) -> Bool {
    switch target {
    case .kernels(let names): kernel == names[family]
    case .convolution: kernel.hasPrefix("convolution_") && !kernel.hasSuffix("_sum")
    }
  }

  /// The case for a device, or nil where no plan for it launches the kernel, as when its processor lacks what that needs.
  func suiteCase(_ device: any Device) throws -> SuiteCase? {
    let plans = try Self.plans(of: graph(), device.family, device.planOptions, device.limits)
    guard concerns(device.family), plans.contains(where: { located(in: $0) != nil }) else { return nil }
    return SuiteCase(name, in: group) { device in
      let plans = try Self.plans(of: graph(), device.family, device.planOptions, device.limits)
      guard let plan = plans.first(where: { located(in: $0) != nil }), let located = located(in: plan) else {
        throw absence(plans[0])
      }
      let prepared = try PreparedPlan(plan, on: device, below: limit)
      let launches = located.indices.map { plan.launches(of: located.steps)[$0].launch }
      let products = launches.reduce(0) { $0 + $1.purpose.multiplyAdds }
      return SuiteCase.Prepared(
        run: { repetitions in
          let times = try await prepared.profile(located.steps, repetitions: repetitions)
          return located.indices.reduce(0) { $0 + times[$1].seconds.reduce(0, +) }
        },
        kernel: located.kernel, operations: products == 0 ? nil : 2 * Double(products),
        bytes: Double(launches.reduce(0) { $0 + $1.minimumBytes }))
    }
  }
}
