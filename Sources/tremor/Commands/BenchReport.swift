import Benchmarking
import Compute

/// What `tremor bench` found, for scripts.
struct BenchReport: Encodable {
  /// What the whole run takes.
  struct Totals: Encodable {
    /// The sum over the launches, filtered ones included, and the median of whole runs.
    let launchSeconds, wholeSeconds: Double
    /// Every whole run.
    let runs: [Double]
    let samplesPerSecond: Double
    /// Launches of one run, and those once for each set of weights.
    let launches, setupLaunches: Int
    let arenaBytes, multiplyAdds: Int
    /// Operations of the direct algorithms a second in whole runs, and as a share of the peak.
    let operationsPerSecond: Double
    let shareOfPeak: Double?
  }

  let machine: MachineDescription
  let model: ModelPart
  let sampleShape: [Int]
  let classes, batch, lanes, repetitions: Int
  let what: BenchQuantity
  let filter: String?
  /// The processor's peaks by instruction set, where the device is the processor.
  let machinePeaks: MachinePeaks?
  /// What the launches are compared with.
  let peaks: DevicePeaks
  let totals: Totals
  /// The launches that the filter leaves, in order.
  let launches: [LaunchProfile.Row]

  init(_ result: BenchRun.Result, filter: String?) {
    let (computation, profile) = (result.computation, result.profile)
    machine = .current
    (model, classes) = (computation.subject.part, computation.subject.classCount)
    (batch, lanes, what) = (computation.batch, result.lanes, computation.quantity)
    sampleShape = computation.subject.sample.extents
    repetitions = result.whole.seconds.count
    self.filter = filter
    machinePeaks = result.machinePeaks
    peaks = profile.peaks
    let speed = 2 * Double(profile.multiplyAdds) / result.whole.median
    totals = Totals(
      launchSeconds: profile.totalSeconds, wholeSeconds: result.whole.median, runs: result.whole.seconds,
      samplesPerSecond: Double(computation.batch) / result.whole.median, launches: profile.launchCount,
      setupLaunches: result.setupLaunches, arenaBytes: result.arenaBytes, multiplyAdds: profile.multiplyAdds,
      operationsPerSecond: speed, shareOfPeak: profile.peaks.operationsPerSecond.map { speed / $0 })
    launches = filter.map { profile.filtered(by: $0).rows } ?? profile.rows
  }
}
