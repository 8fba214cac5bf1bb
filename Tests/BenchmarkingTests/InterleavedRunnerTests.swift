import Benchmarking
import Testing

@Suite struct InterleavedRunnerTests {
  /// What was run, in order.
  private final class Log {
    var names: [String] = []
  }

  @Test func casesTakeTurns() async throws {
    let log = Log()
    let cases = ["a", "b", "c"].map { name in
      TimedCase(name) { _ in
        log.names.append(name)
        return 1
      }
    }
    var runner = InterleavedRunner(secondsPerCase: 0)
    (runner.minimumRounds, runner.shortestTime) = (7, 0)
    let times = try await runner.measure(cases)
    #expect(times.allSatisfy { $0.seconds.count == 7 })
    // After the warm-up every round runs every case once.
    let rounds = log.names.suffix(21)
    for start in stride(from: rounds.startIndex, to: rounds.endIndex, by: 3) {
      #expect(Set(rounds[start..<start + 3]).count == 3)
    }
  }

  @Test func shortCasesAreRepeatedAndTimesAreOfOneRepetition() async throws {
    let log = Log()
    let timed = TimedCase("short") { repetitions in
      let start = ContinuousClock.now
      var now = start
      while now - start < .microseconds(20 * repetitions) { now = .now }
      log.names.append("\(repetitions)")
      return (now - start) / .seconds(1)
    }
    var runner = InterleavedRunner(secondsPerCase: 0)
    runner.shortestTime = 0.002
    let median = try await runner.measure([timed])[0].median
    #expect((20e-6..<200e-6).contains(median))
    #expect(log.names.contains { (Int($0) ?? 0) >= 10 })
  }

  @Test func roundsEndWithTheSecondsOrAtTheMost() async throws {
    var runner = InterleavedRunner(secondsPerCase: 1000)
    (runner.maximumRounds, runner.shortestTime) = (9, 0)
    let times = try await runner.measure([TimedCase("a") { _ in 1 }])
    #expect(times[0].seconds.count == 9)
  }
}
