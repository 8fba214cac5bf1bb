internal import Compute

/// One attack on the samples of a session: jobs go through tiles until all are done.
final class AttackRun<Method: IterativeAttack> {
  let attack: Method
  let runner: AttackRunner
  let session: AttackSession
  private let stages: StageList
  private var queue: JobQueue
  private var found: AttackFound
  /// What a sample costs; nil while unknown.
  private var cost: AttackCost?
  /// What tiles of each kind and size cost.
  private var passes: [TileKind: Passes] = [:]
  private var progress: ProgressCounter

  init(_ attack: Method, _ runner: AttackRunner, _ session: AttackSession, _ progress: ProgressCounter) {
    self.attack = attack
    self.runner = runner
    self.session = session
    self.progress = progress
    found = AttackFound(session.samples)
    stages = Stage.all(steps: attack.steps, chunk: runner.stepsOfStage)
    queue = JobQueue()
  }

  private var unitsOfRestart: Int { max(1, attack.steps) }

  /// Attacks these samples; what was found is given away, so that there is no second copy of the images.
  func attack(_ positions: [Int], cleanLosses: [Float]) async throws -> AttackFound {
    let merits = cleanLosses.map(attack.goal.merit(ofClean:))
    for sample in positions {
      found.outcomes[sample] = Outcome(merit: merits[sample])
      progress.expect(runner.restarts, of: unitsOfRestart)
    }
    // Without early stop all restarts are known from the start; else one follows when the one before has
    // failed.
    queue.begin(positions, restarts: runner.stopsEarly ? min(1, runner.restarts) : runner.restarts)
    progress.report()
    try await runAll(merits)
    if Task.isCancelled { endEarly(positions) }
    defer { found.images.forget() }
    return found
  }

  /// Keeps what restarts have found that are not at their end.
  private func endEarly(_ positions: [Int]) {
    while case let jobs = queue.nextBegun(), !jobs.isEmpty {
      for job in jobs {
        let end = RestartEnd(job, job.carried.map { $0[...] })
        if found.outcomes[job.sample]?.merge(end, costing: Passes(), isComplete: false) == true {
          found.images.store(job.carried[Track.bestColumn][...], job.sample)
        }
      }
    }
    found.interrupted = Set(
      positions.filter { sample in
        guard let outcome = found.outcomes[sample] else { return false }
        return (outcome.fall == nil || attack.goal.threat == nil) && outcome.restarts < runner.restarts
      })
  }

  /// The jobs that the device works on.
  private struct Running {
    let jobs: [Job]
    let stage: Stage
    let size: Int
    let pending: PendingOutputs
  }

  /// Goes on until no job is left or the task is cancelled; the device has the next tile to do while the outputs of one are looked at.
  private func runAll(_ merits: [Float]) async throws {
    var running: [Running] = []
    while true {
      let jobs = running.count < 2 && !Task.isCancelled ? queue.next(tile: session.tiles.tile) : []
      if let stage = jobs.first?.stage {
        if let tile = try start(jobs, stages[stage], merits) {
          running.append(tile)
        } else {
          for job in jobs { queue.add(job) }
        }
        continue
      }
      guard let next = running.first else { return }
      if let outputs = try await session.tiles.outputs(of: next.pending, size: next.size) {
        running.removeFirst()
        count(next)
        take(outputs, of: next.jobs, next.stage)
        progress.report()
      } else {
        for job in running.flatMap(\.jobs) { queue.add(job) }
        running = []
      }
    }
  }

  private func start(_ jobs: [Job], _ stage: Stage, _ merits: [Float]) throws -> Running? {
    let arguments = arguments(of: jobs, stage, merits)
    let pending = try session.tiles.start(.stage(stage.kind), arguments) { count in
      let traced = try session.trace.stage(attack, stage.kind, count: count)
      // Every lane of the tile makes these.
      passes[TileKind(stage: stage.kind, size: arguments.size)] = traced.passes * (arguments.size / count)
      if stage.kind.isFirst { cost = traced.cost }
      return traced.graph
    }
    return pending.map { Running(jobs: jobs, stage: stage, size: arguments.size, pending: $0) }
  }

  /// Tiles that do the same.
  private struct TileKind: Hashable {
    let stage: Stage.Kind
    let size: Int
  }

  private func count(_ tile: Running) {
    found.executed += passes[TileKind(stage: tile.stage.kind, size: tile.size)] ?? Passes()
  }

  private func arguments(of jobs: [Job], _ stage: Stage, _ merits: [Float]) -> TileArguments {
    let samples = session.samples
    var arguments = session.arguments(jobs.map(\.sample), restarts: jobs.map(\.restart))
    arguments.add(
      TileTrace.Argument.images, TensorType(samples.imageShape), rows: jobs.map { samples.image($0.sample) })
    arguments.add(TileTrace.Argument.step, scalar: stage.first)
    arguments.add(TileTrace.Argument.merit, jobs.map { merits[$0.sample] })
    for (index, type) in carriedTypes.enumerated() where stage.first > 0 {
      arguments.add(TileTrace.Argument.carried(index), type, rows: jobs.map { $0.carried[index][...] })
    }
    return arguments
  }

  /// The types of a sample's carried rows, known once a stage has run.
  private var carriedTypes: [TensorType] = []

  private func take(_ outputs: [HostArray], of jobs: [Job], _ stage: Stage) {
    if outputs.count > Track.count { carriedTypes = outputs.map(\.sampleType) }
    for (row, job) in jobs.enumerated() {
      let end = RestartEnd(job, outputs.prefix(Track.count).map { $0.row(row) })
      progress.add(min(stage.steps, unitsOfRestart))
      if stage.isLast || (end.firstFall != nil && runner.stopsEarly) {
        finish(job, stage, end, outputs[Track.bestColumn].row(row))
      } else {
        var next = job
        next.stage += 1
        next.carried = outputs.map { Array($0.row(row)) }
        queue.add(next)
      }
    }
  }

  private func finish(_ job: Job, _ stage: Stage, _ end: RestartEnd, _ best: ArraySlice<UInt8>) {
    let stops = runner.stopsEarly && end.firstFall != nil
    let steps = stops ? end.firstFall ?? attack.steps : attack.steps
    let isFirstFall = end.firstFall != nil && found.outcomes[job.sample]?.fall == nil
    let cost = cost?.passes(steps: steps) ?? Passes()
    if found.outcomes[job.sample]?.merge(end, costing: cost, isComplete: true) == true {
      found.images.store(best, job.sample)
    }
    progress.expect(-1, of: attack.steps - stage.first - stage.steps)
    if isFirstFall { progress.fallen += 1 }
    guard runner.stopsEarly else { return }
    let rest = runner.restarts - job.restart - 1
    if stops {
      progress.expect(-rest, of: unitsOfRestart)
    } else if rest > 0 {
      queue.add(Job(sample: job.sample, restart: job.restart + 1))
    }
  }
}

extension RestartEnd {
  /// What a job's rows of a ``Track`` say.
  fileprivate init(_ job: Job, _ track: [ArraySlice<UInt8>]) {
    let fall = Int32(bitPattern: HostArray.floats(track[1])[0].bitPattern)
    self.init(
      restart: job.restart, firstFall: fall >= 0 ? Int(fall) : nil, merit: HostArray.floats(track[0])[0],
      metNonFinite: track[2].first != 0, beganFlat: track[3].first != 0, beganSteep: track[4].first != 0)
  }
}
