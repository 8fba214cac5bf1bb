internal import Compute

/// One attack on the samples of a session: jobs go through tiles until all are done.
final class AttackRun<Method: IterativeAttack> {
  let attack: Method
  let runner: AttackRunner
  let session: AttackSession
  private let stages: [Stage]
  private var queue: JobQueue
  private(set) var outcomes: [Int: Outcome] = [:]
  /// The best point of every sample, the clean image where none is better.
  private(set) var images: SampleImages
  private(set) var executed = Passes()
  /// What a sample costs; nil while unknown.
  private var cost: AttackCost?
  /// Whether the attack has loops of its own, whose passes are not counted.
  private(set) var hasHiddenLoops = false
  private var progress: ProgressCounter

  init(_ attack: Method, _ runner: AttackRunner, _ session: AttackSession, _ progress: ProgressCounter) {
    self.attack = attack
    self.runner = runner
    self.session = session
    self.progress = progress
    images = SampleImages(session.samples)
    stages = Stage.all(steps: attack.steps, chunk: runner.stepsOfStage)
    queue = JobQueue(stages: stages.count)
  }

  private var unitsOfRestart: Int { max(1, attack.steps) }

  /// Attacks these samples.
  func attack(_ positions: [Int], cleanLosses: [Float]) async throws {
    progress.add(session.samples.count)
    progress.add((session.samples.count - positions.count) * runner.restarts * unitsOfRestart)
    for sample in positions { outcomes[sample] = Outcome(cleanLoss: cleanLosses[sample]) }
    // Without early stop all restarts are known from the start; else one follows when the one before has
    // failed.
    for restart in 0..<(runner.stopsEarly ? min(1, runner.restarts) : runner.restarts) {
      for sample in positions { queue.add(Job(sample: sample, restart: restart)) }
    }
    progress.report()
    try await runAll(cleanLosses)
  }

  /// The jobs that the device works on.
  private struct Running {
    let jobs: [Job]
    let stage: Stage
    let size: Int
    let pending: PendingOutputs
  }

  /// Goes on until no job is left; the device has the next tile to do while the outputs of one are looked at.
  private func runAll(_ cleanLosses: [Float]) async throws {
    var running: [Running] = []
    while true {
      let jobs = running.count < 2 ? queue.next(tile: session.tiles.tile) : []
      if let stage = jobs.first?.stage {
        if let tile = try start(jobs, stages[stage], cleanLosses) {
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

  private func start(_ jobs: [Job], _ stage: Stage, _ cleanLosses: [Float]) throws -> Running? {
    let arguments = arguments(of: jobs, stage, cleanLosses)
    let pending = try session.tiles.start(.stage(stage.kind), arguments) { try graph(stage.kind, count: $0) }
    return pending.map { Running(jobs: jobs, stage: stage, size: arguments.size, pending: $0) }
  }

  private func count(_ tile: Running) {
    guard let cost else { return }
    let ends = Passes(forward: tile.stage.isLast ? 1 : 0)
    let starts = tile.stage.first == 0 ? cost.start : Passes()
    executed += (starts + cost.step * tile.stage.steps + ends) * tile.size
  }

  private func graph(_ kind: Stage.Kind, count: Int) throws -> Graph {
    let (graph, cost) = try session.trace.stage(attack, kind, count: count)
    if kind.isFirst { self.cost = cost }
    let isHidden = graph.loopCount > (kind.steps > 0 ? 1 : 0) && !session.modelLoops
    hasHiddenLoops = hasHiddenLoops || isHidden
    return graph
  }

  private func arguments(of jobs: [Job], _ stage: Stage, _ cleanLosses: [Float]) -> TileArguments {
    let samples = session.samples
    var arguments = session.arguments(jobs.map(\.sample), restarts: jobs.map(\.restart))
    arguments.add(
      TileTrace.Argument.images, TensorType(samples.imageShape), rows: jobs.map { samples.image($0.sample) })
    arguments.add(TileTrace.Argument.step, scalar: stage.first)
    arguments.add(TileTrace.Argument.cleanLoss, jobs.map { cleanLosses[$0.sample] })
    for (index, type) in carriedTypes.enumerated() where stage.first > 0 {
      arguments.add(TileTrace.Argument.carried(index), type, rows: jobs.map { $0.carried[index][...] })
    }
    return arguments
  }

  /// The types of a sample's carried rows, known once a stage has run.
  private var carriedTypes: [TensorType] = []

  private func take(_ outputs: [HostArray], of jobs: [Job], _ stage: Stage) {
    if outputs.count > Track.count { carriedTypes = outputs.map(\.sampleType) }
    let (losses, falls) = (outputs[0].floats, outputs[1].integers)
    for (row, job) in jobs.enumerated() {
      let hasFallen = falls[row] >= 0
      if stage.isLast || (hasFallen && runner.stopsEarly) {
        let end = RestartEnd(
          restart: job.restart, firstFall: hasFallen ? Int(falls[row]) : nil, bestLoss: losses[row],
          metNonFinite: outputs[2].bytes[row] != 0, beganFlat: outputs[3].bytes[row] != 0,
          beganSteep: outputs[4].bytes[row] != 0)
        finish(job, stage, end, outputs[5].row(row))
      } else {
        progress.add(stage.steps)
        var next = job
        next.stage += 1
        next.carried = outputs.map { Array($0.row(row)) }
        queue.add(next)
      }
    }
  }

  /// The images, which the run gives away: there is no second copy of them.
  func takeImages() -> SampleImages {
    defer { images.forget() }
    return images
  }

  private func finish(_ job: Job, _ stage: Stage, _ end: RestartEnd, _ best: ArraySlice<UInt8>) {
    let stops = runner.stopsEarly && end.firstFall != nil
    let steps = stops ? end.firstFall ?? attack.steps : attack.steps
    let isFirstFall = end.firstFall != nil && outcomes[job.sample]?.fall == nil
    if outcomes[job.sample]?.merge(end, costing: cost?.passes(steps: steps) ?? Passes()) == true {
      images.store(best, job.sample)
    }
    progress.add(unitsOfRestart - stage.first)
    if isFirstFall { progress.fallen += 1 }
    guard runner.stopsEarly else { return }
    let rest = runner.restarts - job.restart - 1
    if stops {
      progress.add(rest * unitsOfRestart)
    } else if rest > 0 {
      queue.add(Job(sample: job.sample, restart: job.restart + 1))
    }
  }
}
