import Testing

@testable import tremor

@Suite struct ProgressBarTests {
  @Test func theLineSaysHowFarHowFastAndHowLong() {
    let status = ProgressBar.Status(done: 250, total: 1_000)
    let line = ProgressBar.line("predict", status, "samples", after: .seconds(5))
    #expect(line == "predict [#####...............] 25 %  250/1000 samples  50.0/s  0:15 left")
    #expect(line.count <= 79)
  }

  @Test func beforeTheFirstTileOnlyTimePasses() {
    let line = ProgressBar.line("attack", ProgressBar.Status(total: 10), "steps", after: .seconds(61))
    #expect(line == "attack [....................] 0 %  0/10 steps  1:01")
  }

  /// Whatever the terminal's width, the line fits, and says how far it is as long as there is room for that.
  @Test func theLineFitsEveryTerminal() {
    for (done, total) in [(0, 1), (7, 10), (3e9, 4e17), (1e18, 1e18), (5, 0)] as [(Double, Double)] {
      for note in ["", "12 fallen", "within 2/255, 123456 fallen"] {
        let status = ProgressBar.Status(done: done, total: total, note: note)
        var last = 0
        for columns in 0...200 {
          let line = ProgressBar.line("attack", status, "steps", after: .seconds(90), columns: columns)
          #expect(line.count <= columns && line.count >= last, "\(columns): \(line)")
          if columns >= 5 { #expect(line.contains("%")) }
          last = line.count
        }
      }
    }
  }

  @Test func timesAndCountsAreReadable() {
    #expect(Format.clock(0) == "0:00" && Format.clock(3_723) == "1:02:03")
    #expect(Format.clock(.infinity) == "1000:00:00")
    #expect(Format.count(1_234_567) == "1,234,567" && Format.count(12) == "12")
    #expect(Format.rate(0.5) == "0.50" && Format.rate(99.96) == "100.0" && Format.rate(1_234) == "1234")
  }
}
