internal import Foundation

extension BenchmarkReport {
  /// The report as a page for people: one table a group, then the counts.
  public var markdown: String {
    var groups: [String] = []
    for timed in cases where !groups.contains(timed.group) { groups.append(timed.group) }
    let tables = groups.map { group in table(group, cases.filter { $0.group == group }) }
    return ([heading] + tables + (counts.isEmpty ? [] : [countTable])).joined(separator: "\n\n") + "\n"
  }

  private var heading: String {
    let memory = Double(machine.memoryBytes) / 0x1p30
    let limit = peaks.map { peaks in
      let speed = peaks.operationsPerSecond.map { "\(Self.number($0 / 1e9)) GFLOP/s, " } ?? ""
      let bandwidth = peaks.bytesPerSecond.map { "\(Self.number($0 / 1e9)) GB/s" } ?? "unknown bandwidth"
      return "- Measured peaks: \(speed)\(bandwidth) (\(peaks.origin))"
    }
    let lines = [
      "- Machine: \(machine.processor), \(machine.cores) cores, \(Self.number(memory)) GiB, \(machine.system)",
      "- Device: \(device.name), \(device.title), \(device.family) family of kernels", limit,
      "- Built from \(origin.commit)\(origin.isModified ? " with changes" : "") by \(origin.compiler)",
      "- Command: `\(origin.commandLine.joined(separator: " "))`",
      "- \(origin.date); load \(Self.loads(origin.loadBefore)) before, \(Self.loads(origin.loadAfter)) after",
    ].compactMap { $0 }
    return "# \(device.name == "cpu" ? machine.processor : device.title)\n\n"
      + lines.joined(separator: "\n")
      + "\n\nTimes are medians; scatter is the distance between the quartiles as a share of the median. GFLOP/s count "
      + "the\noperations of the definition, so that a kernel that needs fewer can exceed the peak; GB/s count every byte "
      + "once,\nso that data in caches can exceed the bandwidth."
  }

  private func table(_ group: String, _ cases: [Case]) -> String {
    let hasKernels = cases.contains { $0.kernel != nil }
    let preferred = [
      Case.Figure.speed, Case.Figure.shareOfPeak, Case.Figure.bandwidth, Case.Figure.shareOfBandwidth,
    ]
    let present = Set(cases.flatMap(\.figures.keys))
    let names = preferred.filter(present.contains) + present.subtracting(preferred).sorted()
    let head = "| case |\(hasKernels ? " kernel |" : "") time | scatter |" + names.map { " \($0) |" }.joined()
    let rule = "|---|\(hasKernels ? "---|" : "")--:|--:|" + names.map { _ in "--:|" }.joined()
    let rows = cases.map { timed in
      let times = timed.measurement
      let figures = names.map { name in " \(timed.figures[name].map(Self.number) ?? "") |" }.joined()
      let kernel = hasKernels ? " \(timed.kernel ?? "") |" : ""
      return "| \(timed.name) |\(kernel) \(Self.duration(times.median)) | "
        + "\(Self.number(100 * times.spread)) % |" + figures
    }
    return (["## \(group)", "", head, rule] + rows).joined(separator: "\n")
  }

  private var countTable: String {
    let rows = counts.sorted { $0.key < $1.key }.map { "| \($0.key) | \($0.value) |" }
    return (["## Counts", "", "| count | value |", "|---|--:|"] + rows).joined(separator: "\n")
  }

  private static func loads(_ values: [Double]) -> String {
    values.isEmpty ? "unknown" : values.map { String(format: "%.2f", $0) }.joined(separator: " ")
  }

  /// Three significant digits.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    let digits = value == 0 ? 2 : max(0, min(6, 2 - Int(log10(abs(value)).rounded(.down))))
    return String(format: "%.\(digits)f", value)
  }

  /// Seconds in the unit that suits them.
  static func duration(_ seconds: Double) -> String {
    switch abs(seconds) {
    case 1...: "\(number(seconds)) s"
    case 1e-3...: "\(number(seconds * 1e3)) ms"
    default: "\(number(seconds * 1e6)) µs"
    }
  }
}
