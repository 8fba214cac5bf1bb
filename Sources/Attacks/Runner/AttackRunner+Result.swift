internal import Compute

extension AttackRunner {
  /// Runs one attack on the samples of a session that have not fallen before, and checks what it found.
  func result(
    _ attack: any Attack, _ session: AttackSession, after previous: AttackResult?, _ counter: ProgressCounter
  ) async throws -> AttackResult {
    let (samples, clock) = (session.samples, StopWatch(session.tiles))
    let (objective, clean) = try await session.objective(attack.loss)
    let areCorrect = clean.areCorrect(samples.labels, top: criterion.top)
    let predicted = clock.lap()
    let attacked = samples.labels.indices.filter {
      (areCorrect[$0] || (attacksMisclassified && clean.isFinite[$0]))
        && previous?.samples[$0].hasFallen != true
    }
    var found = try await look(for: attack, attacked, objective, clean.loss, session, counter)

    var ledger = ResultLedger(samples, attack.goal, clean, areCorrect, found.images)
    found.images.forget()
    if let previous { ledger.carryOver(previous) }
    let candidates = ledger.reachable(found.outcomes)
    let check = try await session.evaluate(candidates.map(\.sample), objective) {
      ledger.images[candidates[$0].sample]
    }
    ledger.record(candidates, found.outcomes, check)
    ledger.flag(interrupted: found.interrupted)
    let attackTime = clock.lap()
    return AttackResult(
      parameters: parameters(of: attack, session), adversarial: ledger.images.array, samples: ledger.samples,
      findings: [LogitCheck.finding(clean.logits)].compactMap { $0 }
        + Finding.all(of: attack, samples.imageShape, count: samples.count) + Finding.all(of: ledger.samples),
      passes: ledger.samples.reduce(Passes()) { $0 + $1.passes }, executed: found.executed,
      seconds: AttackResult.Seconds(
        prepare: clock.preparation, predict: predicted.seconds, attack: attackTime.seconds))
  }

  /// The most steps of a stage.
  var stepsOfStage: Int { stopsEarly ? chunk : min(chunk, 1000) * 10 }

  /// Attacks samples in the way of the attack's kind.
  private func look(
    for attack: any Attack, _ positions: [Int], _ objective: AttackSession.Objective, _ losses: [Float],
    _ session: AttackSession, _ counter: ProgressCounter
  ) async throws -> AttackFound {
    func iterate(_ attack: some IterativeAttack) async throws -> AttackFound {
      try await AttackRun(attack, self, session, counter).attack(positions, cleanLosses: losses)
    }
    switch attack {
    case let attack as any SearchingAttack:
      return try await SearchRun(attack, self, session, objective, counter).attack(
        positions, cleanLosses: losses)
    case let attack as any IterativeAttack: return try await iterate(attack)
    default: return try await iterate(SingleProposal(attack))
    }
  }

  private func parameters(of attack: any Attack, _ session: AttackSession) -> AttackParameters {
    AttackParameters(
      attack: attack.name, norm: attack.goal.geometry.norm, budget: attack.goal.threat?.budget,
      criterion: criterion,
      settings: attack.parameters, loss: attack.loss.name, isTargeted: session.samples.targets != nil,
      access: attack.access, steps: (attack as? any IterativeAttack)?.steps,
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
