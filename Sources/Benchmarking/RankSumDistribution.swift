internal import Foundation

/// How the Mann-Whitney statistic of two samples of one distribution is distributed.
///
/// The statistic U counts the pairs of which the first sample's value is the larger. Mann and Whitney, "On a test of
/// whether one of two random variables is stochastically larger than the other", 1947: exact by their recurrence up to
/// 40 values, beyond by the normal distribution, which by then is off by less than the third digit.
struct RankSumDistribution {
  let first: Int
  let second: Int

  private var pairs: Int { first * second }

  /// The largest k for which U < k has at most this probability, 0 if there is none.
  func lowerTail(_ probability: Double) -> Int {
    first + second <= 40 ? exactTail(probability) : normalTail(probability)
  }

  private func exactTail(_ probability: Double) -> Int {
    let counts = arrangements
    let total = counts.reduce(0, +)
    var below = 0.0
    for (value, count) in counts.enumerated() {
      below += count
      if below > probability * total { return value }
    }
    return pairs
  }

  /// For each value of U, how many of the orders of the two samples give it: the coefficients of a Gaussian binomial.
  private var arrangements: [Double] {
    // table[j] are the counts for i values of the first and j of the second sample.
    var table = [[Double]](repeating: [1], count: second + 1)
    for i in 1...max(first, 1) where first > 0 {
      var next: [[Double]] = [[1]]
      for j in 1...max(second, 1) where second > 0 {
        // The largest value is of the first sample, above all j of the second, or of the second.
        var counts = [Double](repeating: 0, count: i * j + 1)
        for (value, count) in table[j].enumerated() { counts[value + j] += count }
        for (value, count) in next[j - 1].enumerated() { counts[value] += count }
        next.append(counts)
      }
      table = next
    }
    return table[second]
  }

  private func normalTail(_ probability: Double) -> Int {
    let mean = Double(pairs) / 2
    let deviation = (Double(pairs) * Double(first + second + 1) / 12).squareRoot()
    // By bisection on the distribution function; half a step is added because U takes whole numbers alone.
    var (low, high) = (0, pairs)
    while low < high {
      let middle = (low + high + 1) / 2
      let below = 0.5 * erfc((mean - (Double(middle) - 0.5)) / (deviation * 2.0.squareRoot()))
      (low, high) = below <= probability ? (middle, high) : (low, middle - 1)
    }
    return low
  }
}
