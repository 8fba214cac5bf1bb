extension Plan {
  /// Plans a graph: runs the passes, chooses kernels and places every value in memory.
  ///
  /// - Parameters:
  ///   - graph: What to compute.
  ///   - family: The kernels to plan for.
  ///   - options: The passes; all by default.
  ///   - tuning: The choices between launch parameters that change no result.
  ///   - limits: What the device offers to kernels.
  public init(
    _ graph: Graph, family: KernelFamily, options: PlanOptions = .all, tuning: Tuning = .none,
    limits: DeviceLimits = .none
  ) {
    let options = options.consistent
    let graph = graph.optimized(for: family, options, limits: limits)
    let planner = Planner(
      family: family, options: options, tuning: tuning, limits: limits, keepsParameters: graph.updates.isEmpty
    )
    var inputs: [(Graph.Input, BufferID)] = []
    for input in graph.inputs {
      let buffer =
        input.role == .parameter
        ? planner.parameter(input.name, input.type) : planner.allocate(input.type.byteCount, pinned: true)
      inputs.append((input, buffer))
    }
    var lowering = GraphLowering(planner, graph, origins: LaunchOrigins(graph))
    let results = lowering.run(inputs.map { .stored($0.0.type, in: $0.1) })
    planner.purposes.begin(.moving("store of outputs"))
    let outputs = Plan.store(results, planner, avoiding: inputs.map(\.1))
    Plan.store(graph.updates.map { ($0.parameter, lowering.value($0.value)) }, planner)
    self = Plan(planner, inputs, zip(results, outputs).map { ($0.type, $1) }, updates: !graph.updates.isEmpty)
  }

  /// A buffer of its own for every output, kept to the end.
  private static func store(
    _ results: [Lowered], _ planner: Planner, avoiding inputs: [BufferID]
  ) -> [BufferID] {
    var taken = Set(inputs)
    return results.map { result in
      var buffer = planner.stored(result, .dense)
      if !taken.insert(buffer).inserted || !planner.isWritable(buffer) {
        buffer = planner.allocate(result.type.byteCount)
        planner.compute(result, into: buffer, StoredElement(result.type.element), .dense)
        taken.insert(buffer)
      }
      planner.pin(buffer)
      return buffer
    }
  }

  /// Writes the new values of parameters after all of them have been computed.
  private static func store(_ updates: [(parameter: String, value: Lowered)], _ planner: Planner) {
    let computed = updates.map { update -> (String, Lowered) in
      // Every new value is computed before any parameter is overwritten.
      planner.purposes.begin(.moving("next value", parameter: update.parameter))
      return (update.parameter, Lowered.stored(update.value.type, in: planner.settledAside(update.value)))
    }
    var stores: [BufferID: Int] = [:]
    for case let buffer? in computed.map({ $0.1.denseBuffer(.dense) }) { stores[buffer, default: 0] += 1 }
    for (name, value) in computed {
      guard let target = planner.parameterBuffer(name) else { continue }
      if let source = value.denseBuffer(.dense), stores[source] == 1,
        planner.redirectUpdate(source, to: target)
      {
        continue
      }
      planner.purposes.begin(.moving("store of next value", parameter: name))
      planner.compute(value, into: target, StoredElement(value.type.element), .dense)
    }
  }

  private init(
    _ planner: Planner, _ inputs: [(Graph.Input, BufferID)], _ outputs: [(TensorType, BufferID)],
    updates: Bool
  ) {
    let memory = MemoryPlanner(
      planner.buffers, madeBySetup: planner.setupBuffers, setup: planner.setup, steps: planner.steps,
      reuse: planner.options.contains(.memoryReuse))
    func range(_ id: BufferID, _ count: Int? = nil) -> Range {
      let buffer = planner.buffers[id]
      let bytes = count ?? buffer.byteCount
      switch buffer.home {
      case .arena, .pinned:
        let region: Region = planner.setupBuffers.contains(id) ? .setup : .arena
        return Range(region: region, offset: memory.offsets[id] ?? 0, count: bytes)
      case .constants(let offset): return Range(region: .constants, offset: offset, count: bytes)
      case .parameter(let index): return Range(region: .parameter(index), offset: 0, count: bytes)
      }
    }
    func place(_ step: PendingStep) -> Step {
      switch step {
      case .loop(let count, let body): return .loop(count: count, body.map(place))
      case .launch(let launch):
        return .launch(
          Launch(
            kernel: launch.kernel, buffers: launch.buffers.map { range($0) },
            scratchBytes: launch.scratchBytes,
            integers: launch.integers, floats: launch.floats, work: launch.work, program: launch.program,
            purpose: launch.purpose, tunable: launch.tunable))
      }
    }
    family = planner.family
    setup = planner.setup.map(place)
    steps = planner.steps.map(place)
    arenaBytes = memory.byteCount
    setupBytes = memory.setupByteCount
    constants = planner.constants
    let ports = inputs.map {
      ($0.0.role, Port(name: $0.0.name, type: $0.0.type, range: range($0.1, $0.0.type.byteCount)))
    }
    arguments = ports.filter { $0.0 == .argument }.map(\.1)
    parameters = ports.filter { $0.0 == .parameter }.map(\.1)
    self.outputs = outputs.enumerated().map { index, output in
      Port(name: "\(index)", type: output.0, range: range(output.1, output.0.byteCount))
    }
    updatesParameters = updates
  }
}

extension Planner {
  /// Whether a buffer may hold an output: constants and parameters may not.
  func isWritable(_ buffer: BufferID) -> Bool {
    switch buffers[buffer].home {
    case .arena, .pinned: true
    case .constants, .parameter: false
    }
  }

  /// A buffer with `value` that no parameter shares.
  func settledAside(_ value: Lowered) -> BufferID {
    let buffer = stored(value, .dense)
    guard !isWritable(buffer) else { return buffer }
    let copy = allocate(value.type.byteCount)
    compute(value, into: copy, StoredElement(value.type.element), .dense)
    return copy
  }
}
