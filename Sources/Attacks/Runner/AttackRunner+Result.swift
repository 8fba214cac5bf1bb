internal import Compute

extension AttackRunner {
  /// Runs one attack on the samples of a session that have not fallen before, and checks what it found.
  func result<Method: IterativeAttack>(
    _ attack: Method, _ session: AttackSession, after previous: AttackResult?, _ counter: ProgressCounter
  ) async throws -> AttackResult {
    let (samples, clock) = (session.samples, StopWatch(session.tiles))
    let (objective, clean) = try await session.objective(attack.loss)
    let areCorrect = clean.areCorrect(samples.labels, top: criterion.top)
    let predicted = clock.lap()
    let attacked = samples.labels.indices.filter {
      (areCorrect[$0] || (attacksMisclassified && clean.isFinite[$0]))
        && previous?.samples[$0].hasFallen != true
    }
    let run = AttackRun(attack, self, session, counter)
    try await run.attack(attacked, cleanLosses: clean.loss)

    var ledger = ResultLedger(samples, attack.goal, clean, areCorrect, run.takeImages())
    if let previous { ledger.carryOver(previous) }
    let candidates = ledger.reachable(run.outcomes)
    let check = try await session.evaluate(candidates.map(\.sample), objective) { ledger.images[$0] }
    ledger.record(candidates, run.outcomes, check)
    ledger.flag(interrupted: run.interrupted)
    let attackTime = clock.lap()
    return AttackResult(
      parameters: parameters(of: attack, session), adversarial: ledger.images.array, samples: ledger.samples,
      findings: [LogitCheck.finding(clean.logits)].compactMap { $0 }
        + Finding.all(of: attack, samples.imageShape, count: samples.count) + Finding.all(of: ledger.samples),
      passes: ledger.samples.reduce(Passes()) { $0 + $1.passes }, executed: run.executed,
      seconds: AttackResult.Seconds(
        prepare: clock.preparation, predict: predicted.seconds, attack: attackTime.seconds))
  }

  /// The most steps of a stage.
  var stepsOfStage: Int { stopsEarly ? chunk : min(chunk, 1000) * 10 }

  private func parameters(of attack: some IterativeAttack, _ session: AttackSession) -> AttackParameters {
    AttackParameters(
      attack: attack.name, norm: attack.goal.geometry.norm, budget: attack.goal.threat?.budget,
      criterion: criterion,
      settings: attack.parameters, loss: attack.loss.name, isTargeted: session.samples.targets != nil,
      steps: attack.steps,
      restarts: restarts, seed: seed, stopsEarly: stopsEarly, tile: session.tiles.tile, chunk: stepsOfStage,
      device: session.tiles.device.name)
  }
}

/// Splits the time of an attack from that of its preparation.
private final class StopWatch {
  private let tiles: TileExecutables
  private var last = ContinuousClock.now
  private var preparedBefore: Duration
  private(set) var preparation: Double

  /// The preparation before the first attack belongs to it.
  init(_ tiles: TileExecutables) {
    self.tiles = tiles
    preparedBefore = tiles.preparation
    preparation = tiles.takeUnreported().seconds
  }

  /// The time since the last call, less what was spent on preparation.
  func lap() -> Duration {
    let (now, prepared) = (ContinuousClock.now, tiles.preparation - preparedBefore)
    defer { (last, preparedBefore) = (now, tiles.preparation) }
    preparation += tiles.takeUnreported().seconds
    return now - last - prepared
  }
}

extension Duration {
  fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
