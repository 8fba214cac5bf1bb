/// Times of one thing, measured several times, in seconds.
public struct Measurement: Hashable, Sendable, Codable {
  /// Every time, in the order they were taken.
  public let seconds: [Double]

  /// Makes a measurement from times, at least one.
  public init(seconds: [Double]) { self.seconds = seconds }

  /// The middle one, or the mean of the two in the middle; NaN without times.
  public var median: Double { Statistics.median(seconds) }

  /// The shortest; NaN without times.
  public var minimum: Double { seconds.min() ?? .nan }

  /// How far the times scatter: the distance between their quartiles as a share of the median.
  public var spread: Double {
    (Statistics.quantile(0.75, of: seconds) - Statistics.quantile(0.25, of: seconds)) / median
  }

  /// Every time divided by what was done in it: for each of `count` parts, the time of one.
  public func divided(by count: Double) -> Measurement { Measurement(seconds: seconds.map { $0 / count }) }
}
