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
  private var waiting: [Int: [Job]] = [:]
  /// The first restarts, which are made jobs when a tile has room for them.
  private var beginning = Beginning(samples: [], restarts: 0)

  init() {}

  /// Restarts of samples that begin one after the other.
  private struct Beginning {
    let samples: [Int]
    let restarts: Int
    var restart = 0
    var position = 0

    mutating func next() -> Job? {
      guard restart < restarts, position < samples.count else { return nil }
      defer {
        position += 1
        if position == samples.count { (restart, position) = (restart + 1, 0) }
      }
      return Job(sample: samples[position], restart: restart)
    }
  }

  mutating func add(_ job: Job) { waiting[job.stage, default: []].append(job) }

  /// Adds so many restarts of each of these samples; they take no memory before they begin.
  mutating func begin(_ samples: [Int], restarts: Int) {
    beginning = Beginning(samples: samples, restarts: restarts)
  }

  /// Jobs of a stage that have something behind them; none when there are no more.
  mutating func nextBegun() -> [Job] {
    guard let stage = waiting.keys.first(where: { $0 > 0 }) else { return [] }
    return waiting.removeValue(forKey: stage) ?? []
  }

  /// The jobs of the next tile, all of one stage; none when all is done.
  ///
  /// A stage that fills the tile goes first, the latest of several, so that few states wait in memory; else
  /// the stage with most jobs, since what it leaves over may fill another.
  mutating func next(tile: Int) -> [Job] {
    while (waiting[0]?.count ?? 0) < tile, let job = beginning.next() { add(job) }
    let fullest = waiting.max {
      (min($0.value.count, tile), $0.key) < (min($1.value.count, tile), $1.key)
    }
    guard let (stage, jobs) = fullest else { return [] }
    waiting[stage] = jobs.count > tile ? Array(jobs.dropFirst(tile)) : nil
    return Array(jobs.prefix(tile))
  }
}
