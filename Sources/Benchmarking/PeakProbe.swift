internal import CKernels

/// Something that keeps one part of the processor busy, and how much of it a run does.
struct PeakProbe {
  private var work: PeakRunner.Work
  /// Operations or bytes of one round.
  private let amount: Double
  /// Where the rounds stand among the integers; nil where the size of the memory sets the length of a run.
  private let rounds: Int?

  /// Seconds that a run whose length can be chosen should last.
  private static let wanted = 0.004
  /// Groups of runs, and runs of a group.
  private static let (groups, runs) = (3, 3)

  /// Multiply-adds between registers.
  static func multiplyAdd(_ isa: tremor_isa, _ runner: PeakRunner) -> PeakProbe {
    let items = 64 * runner.threads
    let work = PeakRunner.Work(
      what: TREMOR_PEAK_MULTIPLY_ADD, instructionSet: isa, buffers: [runner.allocate(64)], integers: [1],
      items: items)
    return PeakProbe(
      work: work, amount: 2 * Double(tremor_peak_multiply_adds(isa)) * Double(items), rounds: 0)
  }

  /// A triad and a copy over the same arrays, which together are twice the last cache, within reason.
  static func streams(_ isa: tremor_isa, _ runner: PeakRunner) -> [PeakProbe] {
    let block = 16384
    let bytes = min(max(2 * Int(tremor_last_cache_bytes()), 96 << 20), 288 << 20)
    let items = bytes / 3 / (4 * block)
    let buffers = (0..<3).map { _ in runner.allocate(items * block) }
    return [(TREMOR_PEAK_TRIAD, 3), (TREMOR_PEAK_COPY, 2)].map { what, arrays in
      let work = PeakRunner.Work(
        what: what, instructionSet: isa, buffers: Array(buffers[..<arrays]), integers: [Int32(block)],
        items: items)
      return PeakProbe(work: work, amount: Double(4 * block * items * arrays), rounds: nil)
    }
  }

  /// Blocks that fit the second level of cache, one for each thread's share of the items.
  static func cache(_ isa: tremor_isa, _ runner: PeakRunner) -> PeakProbe {
    let block = 65536
    let work = PeakRunner.Work(
      what: TREMOR_PEAK_READ, instructionSet: isa,
      buffers: [runner.allocate(64), runner.allocate(block * runner.threads)], integers: [Int32(block), 1],
      items: runner.threads)
    return PeakProbe(work: work, amount: Double(4 * block * runner.threads), rounds: 1)
  }

  /// What each probe does in a second, at best.
  static func rates(of probes: [PeakProbe], _ runner: PeakRunner) -> [Double] {
    let lengths = probes.map { $0.calibrated(runner) }
    var best = [Double](repeating: 0, count: probes.count)
    for _ in 0..<groups {
      var times = probes.map { _ in [Double]() }
      for _ in 0..<runs {
        for index in probes.indices { times[index].append(probes[index].seconds(lengths[index], runner)) }
      }
      for index in probes.indices {
        let rate = probes[index].amount * Double(lengths[index]) / Statistics.median(times[index])
        best[index] = max(best[index], rate)
      }
    }
    return best
  }

  private func seconds(_ length: Int32, _ runner: PeakRunner) -> Double {
    var work = work
    if let rounds { work.integers[rounds] = length }
    return runner.seconds(work)
  }

  /// The rounds that make a run as long as it should be.
  private func calibrated(_ runner: PeakRunner) -> Int32 {
    guard rounds != nil else { return 1 }
    var length: Int32 = 1
    while length < 1 << 20 {
      let time = seconds(length, runner)
      if time >= Self.wanted / 4 { return Int32(clamping: Int(Double(length) * Self.wanted / time) + 1) }
      length *= 4
    }
    return length
  }
}
