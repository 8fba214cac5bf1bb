internal import Foundation

/// What has become faster or slower from one report to another.
public struct ReportComparison: Sendable {
  /// What can be said of a case.
  public enum Verdict: String, Hashable, Sendable {
    /// The whole interval lies above the threshold.
    case slower
    /// The whole interval lies below the threshold.
    case faster
    /// Neither.
    case same
  }

  /// A case of both reports.
  public struct Row: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// The medians in seconds.
    public let old, new: Double
    /// By what factor it has changed.
    public let ratio: RatioEstimate
    /// Whether that is beyond the threshold for sure.
    public let verdict: Verdict
  }

  /// The share by which a case must have changed, such as 0.05.
  public let threshold: Double
  /// The cases of both, in the order of the new report.
  public let rows: [Row]
  /// Cases of the old report alone.
  public let onlyOld: [String]
  /// Cases of the new report alone.
  public let onlyNew: [String]

  /// Compares reports.
  ///
  /// - Parameter threshold: 0 or more.
  public init(_ old: BenchmarkReport, _ new: BenchmarkReport, threshold: Double) {
    self.threshold = threshold
    let before = Dictionary(old.cases.map { ($0.name, $0) }) { first, _ in first }
    let names = Set(new.cases.map(\.name))
    onlyOld = old.cases.map(\.name).filter { !names.contains($0) }
    onlyNew = new.cases.map(\.name).filter { before[$0] == nil }
    rows = new.cases.compactMap { timed in
      guard let earlier = before[timed.name] else { return nil }
      let ratio = RatioEstimate(of: timed.measurement, to: earlier.measurement)
      return Row(
        name: timed.name, old: earlier.measurement.median, new: timed.measurement.median, ratio: ratio,
        verdict: Self.verdict(ratio, threshold))
    }
  }

  /// The cases that are slower for sure.
  public var slower: [Row] { rows.filter { $0.verdict == .slower } }

  /// Faster by a factor counts as much as slower by it.
  private static func verdict(_ ratio: RatioEstimate, _ threshold: Double) -> Verdict {
    if ratio.low > 1 + threshold { return .slower }
    return ratio.high < 1 / (1 + threshold) ? .faster : .same
  }

  /// Why times of these reports should not be compared, or nil.
  public static func obstacle(_ old: BenchmarkReport, _ new: BenchmarkReport) -> String? {
    let (a, b) = (old.machine, new.machine)
    if a.processor != b.processor || a.cores != b.cores {
      return "the machines differ: \(a.processor) with \(a.cores) cores, \(b.processor) with \(b.cores)"
    }
    if old.device != new.device {
      return "the devices differ: \(old.device.name) (\(old.device.title)), "
        + "\(new.device.name) (\(new.device.title))"
    }
    return nil
  }
}

extension ReportComparison: CustomStringConvertible {
  /// A table with a line for each case, then what only one report has, then how many changed.
  public var description: String {
    let width = max(4, rows.map(\.name.count).max() ?? 0)
    func padded(_ text: String, _ count: Int) -> String {
      String(repeating: " ", count: max(0, count - text.count)) + text
    }
    func line(_ name: String, _ cells: [String], _ remark: String) -> String {
      let start = name + String(repeating: " ", count: width - name.count)
      return ([start] + cells.map { padded($0, 11) } + [remark]).joined(separator: "  ")
    }
    let head = line("case", ["old", "new", "ratio", "at least", "at most"], "")
    let lines = rows.map { row in
      line(
        row.name,
        [BenchmarkReport.duration(row.old), BenchmarkReport.duration(row.new)]
          + [row.ratio.value, row.ratio.low, row.ratio.high].map { String(format: "%.3f", $0) },
        row.verdict == .same ? "" : row.verdict.rawValue)
    }
    let missing =
      onlyOld.map { "only in the old report: \($0)" } + onlyNew.map { "only in the new report: \($0)" }
    let faster = rows.count { $0.verdict == .faster }
    let summary =
      "\(rows.count) cases: \(slower.count) slower and \(faster) faster by more than "
      + "\(BenchmarkReport.number(100 * threshold)) % with 99 % confidence"
    return ([head] + lines + missing + [summary]).joined(separator: "\n")
  }
}
