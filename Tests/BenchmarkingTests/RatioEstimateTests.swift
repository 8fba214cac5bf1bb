import Benchmarking
import Testing

@Suite struct RatioEstimateTests {
  /// Times that scatter skewed around 1, as real ones do: never below a floor, sometimes far above.
  private struct SkewedTimes: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      // Splitmix64 (Steele, Lea and Flood, 2014).
      state &+= 0x9e37_79b9_7f4a_7c15
      var word = state
      word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
      word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
      return word ^ (word >> 31)
    }

    mutating func measurement(_ count: Int, times factor: Double) -> Measurement {
      Measurement(
        seconds: (0..<count).map { _ in
          let unit = Double.random(in: 0..<1, using: &self)
          return factor * (1 + 0.05 * unit + (unit > 0.9 ? 0.3 * unit : 0))
        })
    }
  }

  @Test func equalTimesGiveTheirRatio() {
    let old = Measurement(seconds: [Double](repeating: 2, count: 7))
    let ratio = RatioEstimate(of: Measurement(seconds: [Double](repeating: 3, count: 7)), to: old)
    #expect(abs(ratio.value - 1.5) < 1e-12)
    #expect(ratio.low == 1.5 && ratio.high == 1.5)
  }

  @Test func theEstimateIsTheMedianOfAllRatios() {
    // By hand: the ratios are 1, 2, 3, 2, 4, 6, of which 2 and 3 are in the middle; of logarithms their mean.
    let ratio = RatioEstimate(of: Measurement(seconds: [2, 4, 6]), to: Measurement(seconds: [2, 1]))
    #expect(abs(ratio.value - 6.0.squareRoot()) < 1e-12)
  }

  @Test func tooFewTimesSayNothing() {
    let ratio = RatioEstimate(of: Measurement(seconds: [2, 2]), to: Measurement(seconds: [1, 1]))
    #expect(ratio.low == 0 && ratio.high == .infinity)
  }

  @Test(arguments: [7, 12, 31])
  func theIntervalHoldsAKnownRatioAsOftenAsItPromises(count: Int) {
    var source = SkewedTimes(state: UInt64(count))
    let trials = 400
    let hits = (0..<trials).count { _ in
      let (old, new) = (source.measurement(count, times: 1), source.measurement(count, times: 1.25))
      let ratio = RatioEstimate(of: new, to: old, confidence: 0.9)
      return ratio.low <= 1.25 && 1.25 <= ratio.high
    }
    // At least 90 % are promised; four deviations of a binomial count are allowed.
    #expect(Double(hits) / Double(trials) > 0.9 - 4 * (0.9 * 0.1 / Double(trials)).squareRoot())
  }

  @Test func theIntervalNarrowsWithMoreTimes() {
    var source = SkewedTimes(state: 1)
    let widths = [7, 28].map { count in
      let ratio = RatioEstimate(
        of: source.measurement(count, times: 1), to: source.measurement(count, times: 1))
      return ratio.high - ratio.low
    }
    #expect(widths[1] < widths[0])
  }
}
