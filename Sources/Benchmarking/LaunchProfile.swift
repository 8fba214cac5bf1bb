public import Compute

/// A plan's launches with what each takes, and how near it comes to what the device can do.
public struct LaunchProfile: Hashable, Sendable, Codable {
  /// One launch.
  public struct Row: Hashable, Sendable, Codable {
    /// Its position in the plan, from 1.
    public let number: Int
    /// Where its operation comes from; see ``Compute/LaunchPurpose``.
    public let layer: String
    /// The operation it belongs to.
    public let operation: String
    /// What it does for that operation.
    public let part: LaunchPurpose.Part
    /// The kernel.
    public let kernel: String
    /// How often a run launches it.
    public let count: Int
    /// The seconds of each repetition, all of its launches together.
    public let seconds: [Double]
    /// Their median.
    public let medianSeconds: Double
    /// The median as a share of the sum of all medians, 0...1.
    public let share: Double
    /// Multiply-adds of the direct algorithm in one run, in all lanes together.
    public let multiplyAdds: Int
    /// Bytes that one run reads and writes at least, in all lanes together.
    public let bytes: Int
    /// Operations of the direct algorithm a second, two for a multiply-add; nil for launches without any.
    public let operationsPerSecond: Double?
    /// That as a share of the device's peak: above 1 where the kernel needs fewer operations than the direct algorithm.
    public let shareOfPeak: Double?
    /// The least bytes a second; above the bandwidth of memory where caches hold them.
    public let bytesPerSecond: Double
    /// That as a share of the device's bandwidth.
    public let shareOfBandwidth: Double?
    /// Why this kernel runs; nil where there is nothing to explain.
    public let reason: String?
  }

  /// The launches in order; a filtered profile has some of them.
  public let rows: [Row]
  /// The sum of the medians of all launches, filtered ones included, in seconds.
  public let totalSeconds: Double
  /// What they are compared with.
  public let peaks: DevicePeaks

  /// Makes a profile.
  ///
  /// - Parameters:
  ///   - launches: What ``Compute/Plan/launches(of:)`` lists.
  ///   - times: What ``Compute/Executable/profile(_:repetitions:)`` measured for them.
  ///   - lanes: How many runs were made side by side: each launch stands for one in every lane.
  ///   - peaks: What the device can do.
  public init(
    _ launches: [Plan.CountedLaunch], _ times: [LaunchTime], lanes: Int = 1, peaks: DevicePeaks
  ) {
    let medians = times.map { Statistics.median($0.seconds) }
    let total = medians.reduce(0, +)
    totalSeconds = total
    self.peaks = peaks
    rows = zip(launches, times).enumerated().map { index, pair in
      Row(index + 1, pair.0, pair.1, lanes, share: total > 0 ? medians[index] / total : 0, peaks)
    }
  }

  private init(_ rows: [Row], _ profile: LaunchProfile) {
    self.rows = rows
    totalSeconds = profile.totalSeconds
    peaks = profile.peaks
  }

  /// The launches whose layer, operation or kernel contains `text`, whatever its case.
  public func filtered(by text: String) -> LaunchProfile {
    let wanted = text.lowercased()
    let found = rows.filter { row in
      [row.layer, row.operation, row.kernel].contains { $0.lowercased().contains(wanted) }
    }
    return LaunchProfile(found, self)
  }

  /// Multiply-adds of the rows.
  public var multiplyAdds: Int { rows.reduce(0) { $0 + $1.multiplyAdds } }
  /// Seconds of the rows, the sum of medians.
  public var seconds: Double { rows.reduce(0) { $0 + $1.medianSeconds } }
  /// Launches of the rows in one run.
  public var launchCount: Int { rows.reduce(0) { $0 + $1.count } }
}

extension LaunchProfile.Row {
  fileprivate init(
    _ number: Int, _ counted: Plan.CountedLaunch, _ time: LaunchTime, _ lanes: Int, share: Double,
    _ peaks: DevicePeaks
  ) {
    let (launch, purpose) = (counted.launch, counted.launch.purpose)
    let median = Statistics.median(time.seconds)
    let multiplyAdds = product(purpose.multiplyAdds, counted.count * lanes)
    let bytes = product(launch.minimumBytes, counted.count * lanes)
    let work = 2 * Double(multiplyAdds)
    // A clock that sees no time pass gives no rate.
    let (speed, rate) = median > 0 ? (work / median, Double(bytes) / median) : (0, 0)
    self.init(
      number: number, layer: purpose.layer, operation: purpose.operation, part: purpose.part,
      kernel: launch.kernel, count: counted.count, seconds: time.seconds, medianSeconds: median, share: share,
      multiplyAdds: multiplyAdds, bytes: bytes,
      operationsPerSecond: work > 0 ? speed : nil,
      shareOfPeak: work > 0 ? peaks.operationsPerSecond.map { speed / $0 } : nil, bytesPerSecond: rate,
      shareOfBandwidth: peaks.bytesPerSecond.map { rate / $0 }, reason: purpose.reason)
  }
}

/// The product, or `Int.max` where that does not fit.
private func product(_ a: Int, _ b: Int) -> Int {
  let (result, overflows) = a.multipliedReportingOverflow(by: b)
  return overflows ? .max : result
}
