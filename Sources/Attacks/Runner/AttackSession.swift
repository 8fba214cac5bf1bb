internal import Compute
internal import Networks

/// A model and samples on a device: what several attacks have in common.
final class AttackSession {
  let trace: TileTrace
  let samples: AttackSamples
  let tiles: TileExecutables
  /// Whether the model loops by itself, as recurrent networks do.
  private(set) var modelLoops = false
  private var cleanEvaluations: [String: Evaluation] = [:]

  init(_ runner: AttackRunner, _ model: Model, _ samples: AttackSamples, _ device: any Device) throws {
    self.samples = samples
    trace = TileTrace(
      model: model, imageShape: samples.imageShape, isTargeted: samples.targets != nil, seed: runner.seed,
      stopsEarly: runner.stopsEarly)
    tiles = try TileExecutables(model.values, tile: runner.tile, on: device)
  }

  /// What the model says about the clean images.
  ///
  /// - Throws: ``AttackError`` when it gives no logits, or a label is none of its classes.
  func cleanEvaluation(_ loss: any AttackLoss) async throws -> Evaluation {
    if let known = cleanEvaluations[loss.name] { return known }
    let evaluation = try await evaluate(Array(0..<samples.count), loss) { self.samples.image($0) }
    try samples.requireClasses(evaluation.logits.shape[1])
    cleanEvaluations[loss.name] = evaluation
    return evaluation
  }

  /// What the model says about one image for each of these samples.
  func evaluate(
    _ positions: [Int], _ loss: any AttackLoss, image: (Int) -> ArraySlice<UInt8>
  ) async throws -> Evaluation {
    var (found, counts): ([[HostArray]], [Int]) = ([], [])
    var first = 0
    while first < positions.count {
      let some = Array(positions[first..<min(first + tiles.tile, positions.count)])
      var arguments = arguments(some, restarts: some.map { _ in 0 })
      arguments.add(TileTrace.Argument.images, TensorType(samples.imageShape), rows: some.map(image))
      let size = arguments.size
      let outputs = try await tiles.run(
        .evaluation(loss: loss.name), arguments.values, size: size,
        graph: { count in
          let graph = try trace.evaluation(loss, count: count)
          modelLoops = graph.loopCount > 0
          return graph
        },
        read: { executable in
          var outputs: [HostArray] = []
          for output in 0..<4 { outputs.append(try await executable.read(output)) }
          return outputs
        })
      guard let outputs else { continue }
      found.append(outputs)
      counts.append(some.count)
      first += some.count
    }
    return Evaluation(tiles: found, counts: counts)
  }

  /// The arguments that all graphs take, but the images.
  func arguments(_ positions: [Int], restarts: [Int]) -> TileArguments {
    var arguments = TileArguments(size: tiles.size(holding: positions.count))
    arguments.add(TileTrace.Argument.labels, positions.map { samples.labels[$0] })
    arguments.add(TileTrace.Argument.indices, positions.map { samples.indices[$0] })
    arguments.add(TileTrace.Argument.restarts, restarts.map { Int32(truncatingIfNeeded: $0) })
    if let targets = samples.targets {
      arguments.add(TileTrace.Argument.targets, positions.map { targets[$0] })
    }
    return arguments
  }
}

extension Graph {
  /// How many loops there are, those in loops included.
  var loopCount: Int {
    nodes.reduce(0) { count, node in
      if case .loop(let loop) = node.kind { count + 1 + loop.body.loopCount } else { count }
    }
  }
}
