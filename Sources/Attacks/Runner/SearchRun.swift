internal import Compute

/// One searching attack on the samples of a session: questions go through tiles, and the best of what was asked is kept.
final class SearchRun {
  private let attack: any SearchingAttack
  private let runner: AttackRunner
  private let session: AttackSession
  private let objective: AttackSession.Objective
  private var found: AttackFound
  private var progress: ProgressCounter

  init(
    _ attack: any SearchingAttack, _ runner: AttackRunner, _ session: AttackSession,
    _ objective: AttackSession.Objective, _ progress: ProgressCounter
  ) {
    (self.attack, self.runner, self.session, self.objective) = (attack, runner, session, objective)
    self.progress = progress
    found = AttackFound(session.samples)
  }

  /// Bytes of images that are searched side by side, where a tile is smaller.
  private static let groupBytes = 1 << 26

  /// Attacks these samples, group by group; so many samples are in a group that questions fill tiles.
  func attack(_ positions: [Int], cleanLosses: [Float]) async throws -> AttackFound {
    for sample in positions {
      found.outcomes[sample] = Outcome(merit: attack.goal.merit(ofClean: cleanLosses[sample]))
    }
    progress.expect(positions.count * runner.restarts, of: attack.queries)
    progress.report()
    let size = max(session.tiles.tile, Self.groupBytes / max(1, session.samples.imageBytes))
    for first in stride(from: 0, to: positions.count, by: size) {
      let group = Array(positions[first..<min(first + size, positions.count)])
      for restart in 0..<runner.restarts { try await search(group, restart) }
    }
    return found
  }

  private func search(_ group: [Int], _ restart: Int) async throws {
    var left = group
    if runner.stopsEarly { left.removeAll { found.outcomes[$0]?.fall != nil } }
    let images = left.map { HostArray.floats(session.samples.image($0)) }
    var ends = left.map { _ in SearchEnd() }
    let oracle = Oracle(left, restart: restart, images: images) { questions, oracle in
      try await self.answer(questions, oracle, &ends)
    }
    var isComplete = true
    do {
      try Task.checkCancellation()
      try await attack.search(oracle)
    } catch is CancellationError {
      isComplete = false
    }
    for (row, sample) in left.enumerated() {
      let end = ends[row].end(restart)
      let isBest =
        found.outcomes[sample]?.merge(
          end, costing: Passes(forward: oracle.queries[row]), isComplete: isComplete) == true
      if isBest, let image = ends[row].image { found.images.store(image[...], sample) }
      progress.add(0)
      progress.expect(-1, of: attack.queries - oracle.queries[row])
      if !isComplete { found.interrupted.insert(sample) }
    }
    progress.fallen = found.outcomes.values.count { $0.fall != nil }
    progress.report()
  }

  private func answer(
    _ questions: [Oracle.Question], _ oracle: Oracle, _ ends: inout [SearchEnd]
  ) async throws -> [Oracle.Reply] {
    try Task.checkCancellation()
    let bytes = questions.map { HostArray([$0.image.count], $0.image).bytes }
    let evaluation = try await session.evaluate(
      questions.map { oracle.positions[$0.sample] }, objective, cancels: true
    ) { bytes[$0][...] }
    found.executed += Passes(forward: questions.count)
    for (row, question) in questions.enumerated() {
      let distance = attack.goal.geometry.norm.distance(question.image, from: oracle.image(question.sample))
      let merit =
        attack.goal.threat == nil
        ? (evaluation.hasFallen[row] ? -Float(distance) : -.infinity) : evaluation.loss[row]
      ends[question.sample].see(
        hasFallen: evaluation.hasFallen[row], isFinite: evaluation.isFinite[row], merit: merit,
        image: bytes[row])
      progress.add(1)
    }
    progress.report()
    return questions.indices.map {
      Oracle.Reply(hasFallen: evaluation.hasFallen[$0], loss: evaluation.loss[$0])
    }
  }
}

/// What a search of one sample has seen.
private struct SearchEnd {
  private(set) var image: [UInt8]?
  private var merit = -Float.infinity
  private var asked = 0
  private var firstFall: Int?
  private var bestHasFallen = false
  private var metNonFinite = false

  mutating func see(hasFallen: Bool, isFinite: Bool, merit: Float, image: [UInt8]) {
    if !isFinite { metNonFinite = true }
    if hasFallen, firstFall == nil { firstFall = asked }
    asked += 1
    let isBetter = hasFallen != bestHasFallen ? hasFallen : merit > self.merit
    guard isBetter else { return }
    (self.image, self.merit, bestHasFallen) = (image, merit, hasFallen)
  }

  func end(_ restart: Int) -> RestartEnd {
    RestartEnd(
      restart: restart, firstFall: firstFall, merit: merit, metNonFinite: metNonFinite, beganFlat: false,
      beganSteep: false)
  }
}
