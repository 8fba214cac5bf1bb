import Compute

/// Times one layer of each kind with and without tensor cores.
struct TensorCoreTiming {
  private let engine: OpenCLEngine
  private let options: PlanOptions
  private let deadline: ContinuousClock.Instant

  /// Prepares to time.
  ///
  /// - Parameters:
  ///   - options: The passes that suit the device without tensor cores.
  ///   - limit: Layers that nothing is known about by then stay without tensor cores.
  init(_ engine: OpenCLEngine, _ options: PlanOptions, limit: Duration = .seconds(3)) {
    self.engine = engine
    self.options = options
    deadline = .now + limit
  }

  /// The times of each layer, by its name; those that fail or come too late are missing.
  func times() -> [String: TensorCoreVerdict.Times] {
    var times: [String: TensorCoreVerdict.Times] = [:]
    for layer in Self.order {
      guard ContinuousClock.now < deadline else { break }
      times[layer.rawValue] = try? self.times(layer)
    }
    return times
  }

  /// Those that networks spend most time in first, in case time runs out.
  private static let order: [TensorCoreLayer] = [
    .deepFilter, .shallowFilter, .general, .spread, .pointwise, .stem, .matrix,
  ]

  private func times(_ layer: TensorCoreLayer) throws -> TensorCoreVerdict.Times {
    let graph = try layer.probe()
    let split = options.union(layer.option)
    return TensorCoreVerdict.Times(
      plain: try milliseconds(graph, options), split: try milliseconds(graph, split),
      rounded: try milliseconds(graph, split.union(.tensorFloat32)))
  }

  /// The median of a few rounds, each long enough for the clock.
  private func milliseconds(_ graph: Graph, _ options: PlanOptions) throws -> Double {
    let plan = Plan(graph, family: engine.family, options: options)
    let session = try OpenCLSession(plan, engine)
    try session.bind([])
    try session.launch(.setup)
    _ = try round(session, 1)
    let once = try round(session, 1)
    let count = min(50, max(1, Int(5 / max(once, 0.01))))
    var rounds: [Double] = []
    for _ in 0..<3 {
      rounds.append(try round(session, count) / Double(count))
      if ContinuousClock.now > deadline { break }
    }
    // A launch that failed took no time: reading tells.
    if let output = plan.outputs.first { _ = try session.readInPlace(output.range) }
    return rounds.sorted()[rounds.count / 2]
  }

  private func round(_ session: OpenCLSession, _ count: Int) throws -> Double {
    let start = ContinuousClock.now
    for _ in 0..<count { try session.launch(.run) }
    engine.queue.drain()
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    return Double(seconds) * 1e3 + Double(attoseconds) * 1e-15
  }
}

extension TensorCoreLayer {
  /// A layer of the kind, as networks have it.
  func probe() throws -> Graph {
    try Graph { scope in
      func weight(_ shape: Shape) -> Tensor { scope.constant(SelfTestGroup.value(TensorType(shape))) }
      func convolution(_ image: Shape, _ outputs: Int, _ side: Int, stride: Int = 1) -> Tensor {
        scope.input("x", image).convolved(
          weight([outputs, image[1], side, side]), stride: stride, padding: side / 2)
      }
      switch self {
      case .pointwise: return [convolution([64, 256, 16, 16], 256, 1)]
      case .shallowFilter: return [convolution([128, 32, 32, 32], 32, 3)]
      case .deepFilter: return [convolution([64, 128, 16, 16], 128, 3)]
      case .stem: return [convolution([64, 3, 32, 32], 64, 3)]
      case .general: return [convolution([64, 128, 32, 32], 128, 3, stride: 2)]
      case .spread:
        let x = scope.input("x", [64, 64, 32, 32])
        let y = x.convolved(weight([128, 64, 3, 3]), stride: 2, padding: 1)
        return [(y * scope.input("cotangent", y.shape)).sum().gradient(withRespectTo: x)]
      case .matrix: return [scope.input("x", [1024, 1024]).matmul(weight([1024, 1024]))]
      }
    }
  }
}
