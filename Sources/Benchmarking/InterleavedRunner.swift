/// Something that is timed.
public struct TimedCase {
  /// What it is called in reports; unique within a report.
  public let name: String
  /// Does the thing so many times in a row, waits until all is done, and says how many seconds all took.
  public let run: (_ repetitions: Int) async throws -> Double

  /// Makes a case.
  public init(_ name: String, run: @escaping (_ repetitions: Int) async throws -> Double) {
    self.name = name
    self.run = run
  }

  /// Makes a case of something whose time is taken around it.
  public static func around(_ name: String, _ body: @escaping () async throws -> Void) -> TimedCase {
    TimedCase(name) { repetitions in
      let start = ContinuousClock.now
      for _ in 0..<repetitions { try await body() }
      return start.duration(to: .now) / .seconds(1)
    }
  }
}

/// Times several things in turn, so that what disturbs the machine for a while disturbs all of them alike.
///
/// Every case is run once unmeasured and once to see how long it takes; short ones are repeated within one time. Then
/// come rounds, each of which times every case once, beginning with another one.
public struct InterleavedRunner: Hashable, Sendable {
  /// The fewest times of a case.
  public var minimumRounds = 7
  /// The most times of a case.
  public var maximumRounds = 41
  /// A case with the fewest times is done after so many seconds.
  public var secondsPerCase: Double
  /// The seconds that one time should last, so that the clock and the launch do not count.
  public var shortestTime = 0.004

  /// Makes a runner that spends about so many seconds on a case.
  public init(secondsPerCase: Double) { self.secondsPerCase = secondsPerCase }

  /// Times the cases.
  ///
  /// - Returns: For each, the seconds of one repetition.
  /// - Throws: What a case throws.
  public func measure(_ cases: [TimedCase]) async throws -> [Measurement] {
    var repetitions: [Int] = []
    for timed in cases { repetitions.append(try await calibrated(timed)) }
    var times = cases.map { _ in [Double]() }
    var spent = cases.map { _ in 0.0 }
    func isDone(_ index: Int) -> Bool {
      times[index].count >= maximumRounds
        || (times[index].count >= minimumRounds && spent[index] >= secondsPerCase)
    }
    var round = 0
    while !cases.indices.allSatisfy(isDone) {
      for place in cases.indices {
        let index = (place + round) % cases.count
        if isDone(index) { continue }
        let start = ContinuousClock.now
        let seconds = try await cases[index].run(repetitions[index])
        spent[index] += start.duration(to: .now) / .seconds(1)
        times[index].append(seconds / Double(repetitions[index]))
      }
      round += 1
    }
    return times.map(Measurement.init(seconds:))
  }

  /// How often a case is repeated within one time.
  ///
  /// By the clock, since a case may count only a part of what it does.
  private func calibrated(_ timed: TimedCase) async throws -> Int {
    _ = try await timed.run(1)
    var repetitions = 1
    while repetitions < 1 << 20 {
      let start = ContinuousClock.now
      _ = try await timed.run(repetitions)
      let seconds = start.duration(to: .now) / .seconds(1)
      if seconds >= shortestTime / 2 {
        return max(1, Int((Double(repetitions) * shortestTime / seconds).rounded(.up)))
      }
      repetitions *= 4
    }
    return repetitions
  }
}
