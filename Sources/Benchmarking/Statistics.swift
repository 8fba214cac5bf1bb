/// What is said about samples of numbers.
public enum Statistics {
  /// The middle one, or the mean of the two in the middle; NaN without values.
  public static func median(_ values: [Double]) -> Double { quantile(0.5, of: values) }

  /// The value below which this share of the values lies, between neighbours in proportion; NaN without values.
  ///
  /// Definition 7 of Hyndman and Fan, "Sample quantiles in statistical packages", 1996, which is NumPy's.
  ///
  /// - Parameter share: In 0...1; what lies outside counts as the nearest of them.
  public static func quantile(_ share: Double, of values: [Double]) -> Double {
    let sorted = values.sorted()
    guard let last = sorted.indices.last else { return .nan }
    let place = min(max(share, 0), 1) * Double(last)
    let below = min(Int(place), last)
    let above = min(below + 1, last)
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
  }

  /// The slope and the value at 0 of the straight line with the least squares of distances to these points.
  ///
  /// - Returns: A slope of 0 where all points have one place.
  public static func line(through points: [(x: Double, y: Double)]) -> (slope: Double, start: Double) {
    let count = Double(points.count)
    guard count > 0 else { return (0, .nan) }
    let (meanX, meanY) = (points.map(\.x).reduce(0, +) / count, points.map(\.y).reduce(0, +) / count)
    let variance = points.reduce(0) { $0 + ($1.x - meanX) * ($1.x - meanX) }
    let covariance = points.reduce(0) { $0 + ($1.x - meanX) * ($1.y - meanY) }
    let slope = variance == 0 ? 0 : covariance / variance
    return (slope, meanY - slope * meanX)
  }
}
