internal import Foundation

/// By what factor times have changed, and between which factors that lies for all one can tell.
///
/// The estimate is that of Hodges and Lehmann, "Estimates of location based on rank tests", 1963, for the logarithms of
/// the times: the median of the ratios of every new to every old time. Its interval, by Moses (Hollander, Wolfe and
/// Chicken, "Nonparametric statistical methods", 2014, section 4.3), holds its confidence exactly for any distribution
/// of times, for as few as seven of them. A bootstrap of medians does not: with seven values it is too narrow. Both suppose
/// that times of one kind scatter alike up to a factor and do not depend on each other; what differs from process to
/// process is not seen in one process (Kalibera and Jones, "Rigorous benchmarking in reasonable time", 2013), which is
/// one reason why a comparison has a threshold.
public struct RatioEstimate: Hashable, Sendable, Codable {
  /// The estimated factor: above 1 where the new times are longer.
  public let value: Double
  /// The factor is at least this.
  public let low: Double
  /// The factor is at most this; infinite where there are too few times for the confidence.
  public let high: Double

  /// Compares times.
  ///
  /// - Parameters:
  ///   - new: What is compared; longer than 0.
  ///   - old: What with; longer than 0.
  ///   - confidence: How probable it is that the interval holds the factor, in 0..<1.
  public init(of new: Measurement, to old: Measurement, confidence: Double = 0.99) {
    let ratios = new.seconds.flatMap { later in old.seconds.map { later / $0 } }.sorted()
    value = exp(Statistics.median(ratios.map { log($0) }))
    let tail = RankSumDistribution(first: new.seconds.count, second: old.seconds.count)
      .lowerTail((1 - confidence) / 2)
    guard tail >= 1, tail <= ratios.count else {
      (low, high) = (0, .infinity)
      return
    }
    (low, high) = (ratios[tail - 1], ratios[ratios.count - tail])
  }
}
