import Testing

@testable import Benchmarking

@Suite struct StatisticsTests {
  @Test func quantilesLieBetweenNeighboursInProportion() {
    // By hand: place 0.25 * 3 = 0.75 lies between 10 and 20.
    #expect(Statistics.quantile(0.25, of: [40, 10, 30, 20]) == 17.5)
    #expect(Statistics.quantile(0, of: [3, 1, 2]) == 1)
    #expect(Statistics.quantile(1, of: [3, 1, 2]) == 3)
    #expect(Statistics.median([]).isNaN)
  }

  @Test func aLineThroughPointsOfALineIsThatLine() {
    let line = Statistics.line(through: [(1, 5), (2, 7), (4, 11)])
    #expect(abs(line.slope - 2) < 1e-12)
    #expect(abs(line.start - 3) < 1e-12)
  }

  @Test func theScatterIsTheDistanceOfTheQuartiles() {
    #expect(Measurement(seconds: [1, 2, 3, 4, 5]).spread == 2.0 / 3)
    #expect(Measurement(seconds: [2, 2, 2]).spread == 0)
  }

  /// Mann and Whitney's table: for 4 and 4 values, P(U <= 0) = 1/70, P(U <= 1) = 2/70, P(U <= 2) = 4/70.
  @Test(arguments: [(0.01, 0), (0.0143, 1), (0.02, 1), (0.0286, 2), (0.0572, 3)])
  func exactTailsAgreeWithTheTable(probability: Double, expected: Int) {
    #expect(RankSumDistribution(first: 4, second: 4).lowerTail(probability) == expected)
  }

  @Test func theNormalTailContinuesTheExactOne() {
    // 20 and 20 values are counted exactly, 21 and 20 are not; both lie near mean - 2.576 deviations.
    let exact = RankSumDistribution(first: 20, second: 20).lowerTail(0.005)
    let normal = RankSumDistribution(first: 21, second: 20).lowerTail(0.005)
    #expect(exact == 106)
    #expect((110...114).contains(normal))
  }
}
