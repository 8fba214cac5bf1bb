import Compute

/// A plan on a device with values for everything it reads, ready to be run again and again.
final class PreparedPlan {
  /// Every launch and address.
  let plan: Plan
  private let session: any Session
  private let parameters: [any DeviceBuffer]
  /// What is read to wait for the device: the smallest thing there is, so that copying it does not count.
  private let signal: Plan.Range?

  /// Plans a graph and gives its inputs values.
  ///
  /// - Parameters:
  ///   - values: Those of parameters, by name; others are made up.
  ///   - limit: Integers that are made up lie below.
  convenience init(
    _ graph: Graph, on device: any Device, values: [String: HostArray] = [:], below limit: Int = 10
  ) throws {
    let plan = Plan(
      graph, family: device.family, options: device.planOptions, limits: device.limits)
    try self.init(plan, on: device, values: values, below: limit)
  }

  /// Gives the inputs of a plan values.
  init(_ plan: Plan, on device: any Device, values: [String: HostArray] = [:], below limit: Int = 10) throws {
    self.plan = plan
    session = try device.makeSession(plan)
    signal = (plan.arguments + plan.outputs).map(\.range).filter { $0.count > 0 }.min { $0.count < $1.count }
    for port in plan.arguments {
      try session.write(SampleValues.array(port.type, below: limit).bytes, to: port.range)
    }
    parameters = try plan.parameters.map { port in
      let bytes = (values[port.name] ?? SampleValues.array(port.type, below: limit)).bytes
      let buffer = try device.makeBuffer(byteCount: max(4, bytes.count))
      try buffer.write(bytes + [UInt8](repeating: 0, count: buffer.byteCount - bytes.count))
      return buffer
    }
    try session.bind(parameters)
    if !plan.setup.isEmpty { try session.launch(.setup) }
  }

  /// Runs the steps so many times and waits for the last.
  ///
  /// - Returns: The seconds that took.
  func run(_ steps: LaunchedSteps = .run, times: Int) async throws -> Double {
    let start = ContinuousClock.now
    for _ in 0..<times { try session.launch(steps) }
    try await wait()
    return start.duration(to: .now) / .seconds(1)
  }

  /// Runs the steps so many times, each launch by itself, and says what each took.
  func profile(_ steps: LaunchedSteps, repetitions: Int) async throws -> [LaunchTime] {
    try await session.profile(steps, repetitions: repetitions)
  }

  /// Waits until everything that was started has run.
  func wait() async throws {
    guard let signal else { return }
    let bytes = HostBytes(byteCount: signal.count)
    try await session.startReading(signal, into: bytes, at: 0).wait()
  }
}
