internal import Compute
internal import Networks

/// A model and samples on a device: what several attacks have in common.
final class AttackSession {
  let trace: TileTrace
  let samples: AttackSamples
  let tiles: TileExecutables
  /// The losses that were evaluated: what is computed is the key, as losses of one name can have other parameters.
  private var objectives: [Graph: Objective] = [:]
  /// The number of samples that losses are told apart by.
  private let probe: Int

  init(_ runner: AttackRunner, _ model: Model, _ samples: AttackSamples, _ device: any Device) throws {
    self.samples = samples
    trace = TileTrace(
      model: model, imageShape: samples.imageShape, isTargeted: samples.targets != nil,
      criterion: runner.criterion, seed: runner.seed,
      stopsEarly: runner.stopsEarly)
    let tile =
      try runner.tile
      ?? device.usualTile(sampleBytes: model.sampleBytes(for: samples.imageShape))
    probe = tile
    tiles = try TileExecutables(model.values, tile: tile, on: device)
  }

  /// A loss as a graph of the session, and what the model says about the clean images.
  struct Objective {
    /// Tells it apart from the other losses of the session.
    let number: Int
    let loss: any AttackLoss
    fileprivate(set) var clean: Evaluation?
  }

  /// A loss with what the model says about the clean images.
  ///
  /// - Throws: ``AttackError`` when it gives no logits, or a label is none of its classes; `CancellationError`.
  func objective(_ loss: any AttackLoss) async throws -> (Objective, clean: Evaluation) {
    let graph = try trace.evaluation(loss, count: probe)
    var objective = objectives[graph] ?? Objective(number: objectives.count, loss: loss)
    if let clean = objective.clean { return (objective, clean) }
    let clean = try await evaluate(Array(0..<samples.count), objective, cancels: true) {
      self.samples.image($0)
    }
    try samples.requireClasses(clean.logits.shape[1])
    try trace.criterion.requireSense(classes: clean.logits.shape[1])
    objective.clean = clean
    objectives[graph] = objective
    return (objective, clean)
  }

  /// What the model says about images of these samples, of which one may be among them several times.
  ///
  /// - Parameters:
  ///   - cancels: Whether it ends when the task is cancelled.
  ///   - image: The image for a place in the list.
  func evaluate(
    _ positions: [Int], _ objective: Objective, cancels: Bool = false, image: (Int) -> ArraySlice<UInt8>
  ) async throws -> Evaluation {
    var (found, counts): ([[HostArray]], [Int]) = ([], [])
    var running: [Tile] = []
    var first = 0
    while first < positions.count || !running.isEmpty {
      if cancels { try Task.checkCancellation() }
      if first < positions.count {
        let some = first..<min(first + tiles.tile, positions.count)
        if let tile = try startEvaluation(some, of: positions, objective, image) {
          running.append(tile)
          first = some.upperBound
        }
      }
      guard running.count > 1 || first == positions.count, let next = running.first else { continue }
      if let outputs = try await tiles.outputs(of: next.pending, size: next.size) {
        found.append(outputs)
        counts.append(next.samples.count)
        running.removeFirst()
      } else {
        (first, running) = (next.samples.lowerBound, [])
      }
    }
    return Evaluation(tiles: found, counts: counts)
  }

  /// A tile that the device computes.
  private struct Tile {
    let samples: Range<Int>
    let size: Int
    let pending: PendingOutputs
  }

  private func startEvaluation(
    _ some: Range<Int>, of positions: [Int], _ objective: Objective, _ image: (Int) -> ArraySlice<UInt8>
  ) throws -> Tile? {
    let chosen = Array(positions[some])
    var arguments = arguments(chosen, restarts: chosen.map { _ in 0 })
    arguments.add(TileTrace.Argument.images, TensorType(samples.imageShape), rows: some.map(image))
    let pending = try tiles.start(.evaluation(objective: objective.number), arguments) { count in
      try trace.evaluation(objective.loss, count: count)
    }
    return pending.map { Tile(samples: some, size: arguments.size, pending: $0) }
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
