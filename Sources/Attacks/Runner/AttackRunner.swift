public import Compute
public import Networks

/// Runs any attack over any number of samples, and does for it what is the same for every attack.
///
/// Samples go through the device in tiles, a chunk of steps at a time. The best point seen is kept; a sample
/// that has fallen makes room for another; random numbers belong to samples, not to places in a tile. What is
/// returned has been checked: see ``AttackResult``.
///
///     let runner = AttackRunner(restarts: 5)
///     let result = try await runner.run(attack, on: model, samples, device: device)
///     print(result.robustAccuracy)
///
/// Results are the same bits for any tile, chunk, order and subset of the samples. With and without early
/// stop the same samples fall, in the same restart after the same step, and the images of the others are the
/// same; of those that fell, the image of largest loss is returned instead of the first one.
public struct AttackRunner: Hashable, Sendable {
  /// The most samples of a tile, 1 or more; nil for as many as suit the device.
  public var tile: Int?
  /// The most steps between two looks of the host, 1 or more.
  ///
  /// Without early stop, when there is nothing to look for, ten times as many, up to 10,000.
  public var chunk: Int
  /// How many starts are tried for a sample, 1 or more.
  public var restarts: Int
  /// What random numbers are drawn from.
  public var seed: UInt64
  /// Whether a sample is dropped once it has fallen; never where the nearest image is sought.
  public var stopsEarly: Bool
  /// Whether samples that the model misclassifies are attacked too, for images that other models are shown.
  ///
  /// They never count as fallen. With ``stopsEarly`` nothing is done for them, as their clean images are what is sought.
  public var attacksMisclassified: Bool

  /// When an image counts as adversarial.
  public var criterion: Criterion

  /// Makes a runner.
  public init(
    tile: Int? = nil, chunk: Int = 5, restarts: Int = 1, seed: UInt64 = 0, stopsEarly: Bool = true,
    attacksMisclassified: Bool = false, criterion: Criterion = Criterion()
  ) {
    self.tile = tile
    self.chunk = chunk
    self.restarts = restarts
    self.seed = seed
    self.stopsEarly = stopsEarly
    self.attacksMisclassified = attacksMisclassified
    self.criterion = criterion
  }

  /// Attacks the samples that the model classifies rightly.
  ///
  /// - Parameters:
  ///   - attack: An ``IterativeAttack`` has each of its points judged, a ``SearchingAttack`` each of its questions; of any other
  ///     its proposal counts.
  ///   - model: A classifier: its first input takes the images, its first output gives logits `[N, K]`.
  ///   - samples: What is attacked.
  ///   - device: Where it runs.
  ///   - progress: Called after every tile.
  /// - Throws: ``AttackError`` for parameters without sense or effect, and for samples or models that do not
  ///   fit; `CancellationError` when the task is cancelled before the attack begins, later what was found so far is
  ///   returned; `GraphError` when the model does not take the images; `DeviceError` when one sample does not fit
  ///   into memory.
  public func run(
    _ attack: any Attack, on model: Model, _ samples: AttackSamples, device: any Device,
    progress: AttackProgressHandler? = nil
  ) async throws -> AttackResult {
    try await results([attack], on: model, samples, device, progress)[0]
  }

  /// Runs attacks of growing budgets, of which larger ones keep what smaller ones have found.
  ///
  /// So robust accuracy never rises with the budget, and no work is done on a sample that has fallen.
  ///
  /// - Parameter attacks: In the same norm, of budgets that do not shrink.
  /// - Returns: One result for each attack; when the task is cancelled, for those that had begun to
  ///   look for adversarial images.
  /// - Throws: As ``run(_:on:_:device:progress:)``; also ``AttackError`` for budgets out of order.
  public func run(
    growing attacks: [any Attack], on model: Model, _ samples: AttackSamples, device: any Device,
    progress: AttackProgressHandler? = nil
  ) async throws -> [AttackResult] {
    for (first, second) in zip(attacks, attacks.dropFirst()) {
      guard let smaller = first.goal.threat, let larger = second.goal.threat else {
        throw AttackError(
          .usage,
          "\(first.name) and \(second.name) do not both have budgets that could grow; run them one by one")
      }
      guard smaller.norm == larger.norm, smaller.pixels == larger.pixels, smaller.budget <= larger.budget
      else {
        throw AttackError(
          .usage, "budgets \(smaller.budget) and \(larger.budget) do not grow in one norm")
      }
    }
    return try await results(attacks, on: model, samples, device, progress)
  }

  private func results(
    _ attacks: [any Attack], on model: Model, _ samples: AttackSamples, _ device: any Device,
    _ progress: AttackProgressHandler?
  ) async throws -> [AttackResult] {
    try check(attacks, samples)
    if stopsEarly, attacks.contains(where: { $0.goal.threat == nil }) {
      var patient = self
      patient.stopsEarly = false
      return try await patient.results(attacks, on: model, samples, device, progress)
    }
    let session = try AttackSession(self, model, samples, device)
    var results: [AttackResult] = []
    for (index, attack) in attacks.enumerated() where !Task.isCancelled || results.isEmpty {
      let counter = ProgressCounter(attack: index, progress)
      do {
        results.append(try await result(attack, session, after: results.last, counter))
      } catch is CancellationError where !results.isEmpty {
        // Another loss begins with the clean images; what smaller budgets have found stays found.
        break
      }
      session.tiles.forgetStages()
    }
    return results
  }

  private func check(_ attacks: [any Attack], _ samples: AttackSamples) throws {
    let counts = [("tile", tile ?? 1), ("chunk", chunk), ("number of restarts", restarts)]
    for (name, value) in counts { try requireCount(value, from: 1, name) }
    try criterion.requireSense()
    for attack in attacks {
      if let steps = (attack as? any IterativeAttack)?.steps {
        try requireCount(steps, from: 0, "number of steps")
      }
      if let queries = (attack as? any SearchingAttack)?.queries {
        try requireCount(queries, from: 1, "number of queries")
      }
      try attack.goal.requireSense()
      for case .ratio(let size) in attack.parameters.values { try size.requireSize("step size") }
      if restarts > 1, !attack.drawsRandomly {
        throw AttackError(
          .usage, "\(restarts) restarts of \(attack.name) without a random start would all be the same")
      }
      try samples.requirePixels(in: attack.goal.geometry.pixels)
    }
  }
}

/// Devices count in 32 bits.
private func requireCount(_ value: Int, from least: Int, _ name: String) throws(AttackError) {
  let range = least...Int(Int32.max)
  guard range.contains(value) else {
    throw AttackError(.usage, "the \(name) must be in \(range), not \(value)")
  }
}
