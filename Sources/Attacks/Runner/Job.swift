/// One restart of one sample, between two tiles.
struct Job {
  /// The position among the samples.
  let sample: Int
  /// Which restart, from 0.
  let restart: Int
  /// How many stages it has behind it.
  var stage = 0
  /// The sample's rows of everything carried from stage to stage, in order; empty before the first.
  var carried: [[UInt8]] = []
}

/// Jobs that wait for a tile, by stage.
struct JobQueue {
  private var waiting: [[Job]]

  init(stages: Int) { waiting = [[Job]](repeating: [], count: stages) }

  mutating func add(_ job: Job) { waiting[job.stage].append(job) }

  /// The jobs of the next tile, all of one stage; none when all is done.
  ///
  /// A stage that fills the tile goes first, the latest of several, so that few states wait in memory; else
  /// the stage with most jobs, since what it leaves over may fill another.
  mutating func next(tile: Int) -> [Job] {
    let stage = waiting.indices.max {
      (min(waiting[$0].count, tile), $0) < (min(waiting[$1].count, tile), $1)
    }
    guard let stage else { return [] }
    let count = min(tile, waiting[stage].count)
    let jobs = Array(waiting[stage].prefix(count))
    waiting[stage].removeFirst(count)
    return jobs
  }
}
