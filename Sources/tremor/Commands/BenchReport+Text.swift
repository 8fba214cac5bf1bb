import Benchmarking
import Compute
import DeviceSelection

extension BenchReport {
  /// For people.
  func text(on entry: DeviceEntry) -> String {
    [header(entry), launches.isEmpty ? nil : table, summary].compactMap { $0 }.joined(separator: "\n\n")
  }

  private func header(_ entry: DeviceEntry) -> String {
    var facts = Facts()
    facts.add("machine", "\(machine.processor), \(machine.cores) cores, \(machine.system)")
    facts.add("device", DevicePart(entry).text)
    facts.add("peaks", peakText)
    let shape = sampleShape.map(String.init).joined(separator: ", ")
    facts.add("model", "\(model.path ?? model.network ?? "")  [\(shape)] to \(classes) classes")
    let places = lanes > 1 ? " in \(lanes) lanes" : ""
    facts.add("timed", "\(what.title); \(batch) samples\(places), medians of \(repetitions) runs")
    return facts.text
  }

  private var peakText: String {
    if let found = machinePeaks {
      let sets = found.arithmetic.reversed().map { "\($0.instructionSet) \(giga($0.operationsPerSecond))" }
      return "GFLOP/s: \(sets.joined(separator: ", ")); GB/s: triad \(giga(found.triadBytesPerSecond)), copy "
        + "\(giga(found.copyBytesPerSecond)), cache \(giga(found.cacheBytesPerSecond))"
    }
    let bandwidth = peaks.bytesPerSecond.map { "\(giga($0)) GB/s by " } ?? ""
    return bandwidth + peaks.origin
  }

  private var table: String {
    var table = Table(
      ["#", "layer", "operation", "kernel", "ms", "%", "GFLOP/s", "% peak", "GB/s", "% band", "why"])
    for row in launches {
      let kernel = row.count == 1 ? row.kernel : "\(row.kernel) x\(row.count)"
      table.add([
        String(row.number), row.layer, row.title, kernel, Format.fixed(row.medianSeconds * 1e3, 3),
        Format.percentage(row.share), row.operationsPerSecond.map(giga) ?? "",
        row.shareOfPeak.map(percent) ?? "", giga(row.bytesPerSecond), row.shareOfBandwidth.map(percent) ?? "",
        row.why,
      ])
    }
    return table.text
  }

  private var summary: String {
    var facts = Facts()
    if let filter {
      let seconds = launches.reduce(0) { $0 + $1.medianSeconds }
      let share = totals.launchSeconds > 0 ? seconds / totals.launchSeconds : 0
      facts.add(
        "'\(filter)'", "\(milliseconds(seconds)) in \(launches.count) rows, \(Format.percentage(share)) %")
    }
    facts.add("sum of launches", "\(milliseconds(totals.launchSeconds)) in \(totals.launches) launches")
    facts.add(
      "whole run",
      "\(milliseconds(totals.wholeSeconds)), \(Format.rate(totals.samplesPerSecond)) samples a second")
    let peak = totals.shareOfPeak.map { ", \(percent($0)) % of the peak" } ?? ""
    facts.add(
      "multiply-adds",
      "\(Format.count(totals.multiplyAdds)): \(giga(totals.operationsPerSecond)) GFLOP/s\(peak)")
    facts.add(
      "memory",
      "\(Format.bytes(UInt64(totals.arenaBytes))) of arena; \(totals.setupLaunches) launches once for each set of "
        + "weights")
    return facts.text
  }

  private func giga(_ value: Double) -> String { Format.rate(value * 1e-9) }
  private func percent(_ share: Double) -> String { Format.fixed(share * 100, 0) }
  private func milliseconds(_ seconds: Double) -> String { Format.fixed(seconds * 1e3, 3) + " ms" }
}

extension LaunchProfile.Row {
  /// The operation, and what the launch does for it where that is not the thing itself.
  fileprivate var title: String {
    switch part {
    case .operation: operation
    case .operand: "input of \(operation)"
    case .preparation: "packing for \(operation)"
    }
  }

  /// Why the kernel runs.
  fileprivate var why: String {
    if let reason { return reason }
    switch part {
    case .operation: return ""
    case .operand: return "the next kernel reads it from memory"
    case .preparation: return "the weights change in every run"
    }
  }
}
