import Testing

@testable import tremor

@Suite struct ProgressBarTests {
  @Test func theLineSaysHowFarHowFastAndHowLong() {
    let line = ProgressBar.line("predict", done: 250, total: 1_000, "samples", after: .seconds(5))
    #expect(line == "predict [#####...............] 25 %  250/1000 samples  50.0/s  0:15 left")
    #expect(line.count <= 79)
  }

  @Test func beforeTheFirstTileOnlyTimePasses() {
    let line = ProgressBar.line("attack", done: 0, total: 10, "steps", after: .seconds(61))
    #expect(line == "attack [....................] 0 %  0/10 steps  1:01")
  }

  @Test func timesAndCountsAreReadable() {
    #expect(Format.clock(0) == "0:00" && Format.clock(3_723) == "1:02:03")
    #expect(Format.clock(.infinity) == "1000:00:00")
    #expect(Format.count(1_234_567) == "1,234,567" && Format.count(12) == "12")
    #expect(Format.rate(0.5) == "0.50" && Format.rate(99.96) == "100.0" && Format.rate(1_234) == "1234")
  }
}
