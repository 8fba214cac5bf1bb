import Testing

@testable import Benchmarking

@Suite struct ComparisonTests {
  /// Seven times that scatter by 2 %.
  private static let base = [1.0, 1.01, 0.99, 1.02, 0.995, 1.005, 1.015]

  private func compare(_ old: [Double], _ new: [Double], threshold: Double = 0.05) -> ReportComparison {
    ReportComparison(ReportTests.report([("a", old)]), ReportTests.report([("a", new)]), threshold: threshold)
  }

  @Test func aRealSlowdownIsFlagged() {
    let comparison = compare(Self.base, Self.base.map { $0 * 1.2 })
    #expect(comparison.slower.map(\.name) == ["a"])
    #expect(compare(Self.base.map { $0 * 1.2 }, Self.base).rows[0].verdict == .faster)
  }

  @Test func noiseIsNotFlagged() {
    #expect(compare(Self.base, Self.base.reversed()).slower.isEmpty)
    // One time of seven is four times as long: an interruption.
    #expect(compare(Self.base, Array(Self.base.dropLast()) + [4]).slower.isEmpty)
  }

  @Test func aSlowdownWithinTheThresholdIsNotFlagged() {
    #expect(compare(Self.base, Self.base.map { $0 * 1.2 }, threshold: 0.3).slower.isEmpty)
    // Slower on average, but not for sure by more than 5 %.
    #expect(compare(Self.base, Self.base.map { $0 * 1.06 }).slower.isEmpty)
  }

  @Test func casesOfOneReportAreListed() {
    let comparison = ReportComparison(
      ReportTests.report([("a", [1]), ("b", [1])]), ReportTests.report([("c", [1]), ("b", [1])]), threshold: 0
    )
    #expect(comparison.onlyOld == ["a"])
    #expect(comparison.onlyNew == ["c"])
    #expect(comparison.rows.map(\.name) == ["b"])
    #expect(comparison.description.contains("only in the old report: a"))
  }

  @Test func otherMachinesAndDevicesAreNotCompared() {
    let one = ReportTests.report([])
    #expect(ReportComparison.obstacle(one, one) == nil)
    let other = ReportTests.report([], processor: "Another")
    #expect(ReportComparison.obstacle(one, other)?.contains("Another") == true)
    var device = one
    device.device.title = "portable, 1 thread"
    #expect(ReportComparison.obstacle(one, device) != nil)
  }
}
