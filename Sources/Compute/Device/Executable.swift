/// A graph ready to run on a device: planned, built, with all the memory it needs.
///
///     var executable = try Executable(graph, on: device)
///     let logits = try await executable.run(["image": image], reading: weights)[0]
///
/// Building throws; only reading waits. What is written stays until it is overwritten, so a second launch needs
/// only what has changed.
public struct Executable: ~Copyable {
  /// Every launch and address.
  public let plan: Plan
  /// Where it runs.
  public let device: any Device
  /// How many runs of the plan are made side by side.
  public let lanes: Int
  let session: any Session
  private var missing: Set<String>
  private var bound: WeightsState?
  private var setup: SetupMemory?

  /// How often the host has waited for the device.
  public private(set) var roundTrips = 0

  /// Bytes of memory for inputs, outputs and intermediate values, all lanes together, and for what the setup makes, which
  /// executables with the same setup share.
  public var arenaBytes: Int { plan.setupBytes + lanes * plan.arenaBytes }

  /// Plans and prepares a graph.
  ///
  /// - Parameter tuning: Launch parameters in place of those the device was tuned to.
  /// - Throws: ``DeviceError`` when memory is short or a kernel does not build.
  public init(
    _ graph: Graph, on device: any Device, options: PlanOptions = .all, tuning: Tuning? = nil
  ) throws {
    try self.init(graph, lanes: 1, on: device, options: options, tuning: tuning)
  }

  /// Plans and prepares a computation of `count` samples that do not depend on each other, in as many lanes as suit the
  /// device: each runs the graph on samples of its own.
  ///
  /// - Parameters:
  ///   - tuning: Launch parameters in place of those the device was tuned to.
  ///   - graph: The computation for a number of samples. The first axis of every output, and of every argument but
  ///     scalars, counts samples; it must not update parameters.
  /// - Throws: What `graph` throws; ``DeviceError`` when memory is short or a kernel does not build.
  public init(
    samples count: Int, on device: any Device, options: PlanOptions = .all, tuning: Tuning? = nil,
    _ graph: (Int) throws -> Graph
  ) throws {
    let lanes = device.lanes(for: count)
    try self.init(graph(count / lanes), lanes: lanes, on: device, options: options, tuning: tuning)
    precondition(lanes == 1 || !plan.updatesParameters, "lanes would all change the same parameters")
  }

  private init(
    _ graph: Graph, lanes: Int, on device: any Device, options: PlanOptions, tuning: Tuning?
  ) throws {
    let suited = options.suited(to: device)
    (plan, session) = try Executable.prepared(on: device, lanes: lanes) { limits in
      Plan(
        graph, family: device.family, options: lanes > 1 ? suited.union(.singleThread) : suited,
        tuning: tuning ?? device.tuning, limits: limits)
    }
    self.device = device
    self.lanes = lanes
    missing = Set(plan.arguments.map(\.name))
  }

  /// A plan that the device can run: planned anew where it finds, as it gets ready, that it has to avoid a kernel.
  private static func prepared(
    on device: any Device, lanes: Int, _ plan: (DeviceLimits) -> Plan
  ) throws -> (Plan, any Session) {
    var limits = device.limits
    while true {
      let plan = plan(limits)
      do {
        return (plan, try device.makeSession(plan, lanes: lanes))
      } catch let error as DeviceError where error.kind == .unreliable && device.limits != limits {
        limits = device.limits
      }
    }
  }

  /// Gives an argument its value for the launches that follow.
  ///
  /// - Throws: ``DeviceError`` for an unknown name or another type.
  public mutating func write(_ name: String, _ value: HostArray) throws {
    guard let port = plan.arguments.first(where: { $0.name == name }) else {
      let known = plan.arguments.map { "'\($0.name)'" }.joined(separator: ", ")
      throw DeviceError(.misuse, on: device.name, "there is no input '\(name)'; the graph takes \(known)")
    }
    guard port.type == value.type || port.type.times(lanes) == value.type else {
      throw DeviceError(.misuse, on: device.name, "input '\(name)' takes \(port.type), not \(value.type)")
    }
    try session.write(value.bytes, to: port.range)
    missing.remove(name)
  }

  /// Starts a run of a graph without parameters.
  public mutating func launch() throws {
    guard plan.parameters.isEmpty else {
      throw DeviceError(
        .misuse, on: device.name,
        "the graph has parameters such as '\(plan.parameters[0].name)'; launch it with weights")
    }
    try start()
  }

  /// Starts a run that reads parameters.
  public mutating func launch(reading weights: borrowing Weights) throws {
    guard !plan.updatesParameters else {
      throw DeviceError(
        .misuse, on: device.name, "the graph changes its parameters; launch it with updating:")
    }
    try bind(weights)
    try start()
  }

  /// Starts a run that reads and changes parameters.
  public mutating func launch(updating weights: inout Weights) throws {
    try bind(weights)
    try start()
    remember(&weights)
  }

  /// Takes note that a run has changed the parameters, and that they are still the bound ones.
  mutating func remember(_ weights: inout Weights) {
    weights.changed()
    bound = weights.state
  }

  /// The value of an output, when everything launched before has run.
  public mutating func read(_ output: Int = 0) async throws -> HostArray {
    roundTrips += 1
    let bytes = HostBytes(byteCount: plan.outputs[output].range.count * lanes)
    try await startReading(output, into: bytes, at: 0).wait()
    return HostArray(plan.outputs[output].type.times(lanes), bytes: bytes.take())
  }

  /// Asks for the value of an output as it is when everything launched before has run.
  func startReading(_ output: Int, into target: HostBytes, at offset: Int) throws -> PendingRead {
    try session.startReading(plan.outputs[output].range, into: target, at: offset)
  }

  /// Asks for the values of all outputs as they are when everything launched before has run; what is launched
  /// afterwards does not change them.
  public mutating func startReadingAll() throws -> PendingOutputs {
    roundTrips += 1
    return PendingOutputs(
      parts: try plan.outputs.enumerated().map { index, port in
        let bytes = HostBytes(byteCount: port.range.count * lanes)
        return (port.type.times(lanes), bytes, try startReading(index, into: bytes, at: 0))
      })
  }

  /// Writes the arguments, runs, and reads every output.
  public mutating func run(
    _ arguments: [String: HostArray] = [:], reading weights: borrowing Weights
  ) async throws -> [HostArray] {
    for (name, value) in arguments { try write(name, value) }
    try launch(reading: weights)
    return try await readAll()
  }

  /// Writes the arguments, runs a graph without parameters, and reads every output.
  public mutating func run(_ arguments: [String: HostArray] = [:]) async throws -> [HostArray] {
    for (name, value) in arguments { try write(name, value) }
    try launch()
    return try await readAll()
  }

  /// The values of all outputs.
  mutating func readAll() async throws -> [HostArray] { try await startReadingAll().outputs() }

  mutating func bind(_ weights: borrowing Weights) throws {
    let state = weights.state
    if bound == state { return }
    let parameters = try weights.buffers(for: plan.parameters)
    let setup = try state.owner.setupMemory(of: plan) { try session.makeSetupMemory() }
    try session.bind(parameters, setup: setup.buffer)
    if !plan.setup.isEmpty, setup.version != state.version { try session.launch(.setup) }
    setup.version = state.version
    (self.setup, bound) = (setup, state)
  }

  private mutating func start() throws {
    try requireReady()
    try session.launch(.run)
  }

  /// Does what comes before a run: checks that every argument is there, and makes what depends on nothing else.
  mutating func requireReady() throws {
    guard missing.isEmpty else {
      let names = missing.sorted().map { "'\($0)'" }.joined(separator: ", ")
      throw DeviceError(.misuse, on: device.name, "no value was written for \(names)")
    }
    if plan.parameters.isEmpty, bound == nil {
      try session.bind([])
      if !plan.setup.isEmpty { try session.launch(.setup) }
      bound = WeightsState(owner: WeightsState.Owner(), version: 0)
    }
  }
}

/// Outputs that have been asked for.
public struct PendingOutputs: Sendable {
  fileprivate let parts: [(type: TensorType, bytes: HostBytes, read: PendingRead)]

  /// Waits for them; called once.
  public func outputs() async throws -> [HostArray] {
    for part in parts { try await part.read.wait() }
    return parts.map { HostArray($0.type, bytes: $0.bytes.take()) }
  }
}

extension TensorType {
  /// The type of so many values one behind the other; their own where there is one.
  fileprivate func times(_ lanes: Int) -> TensorType {
    guard lanes > 1, let count = shape.extents.first else { return self }
    return TensorType(Shape([count * lanes] + shape.extents.dropFirst()), element)
  }
}
