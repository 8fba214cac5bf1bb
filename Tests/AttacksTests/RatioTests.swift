import Attacks
import Testing

@Suite struct RatioTests {
  @Test(
    arguments: [
      ("8/255", 8.0 / 255, "8/255"), ("0.03", 0.03, "0.03"), ("0", 0, "0"), ("1e-3", 1e-3, "0.001"),
      (".5", 0.5, "0.5"), ("0/7", 0, "0/7"), ("0.5/2", 0.25, "0.5/2"), ("1.0", 1, "1"),
    ] as [(String, Double, String)])
  func isReadAndPrinted(_ text: String, _ value: Double, _ printed: String) throws {
    let ratio = try Ratio(parsing: text)
    #expect(ratio.value == value && ratio.description == printed)
    #expect(try Ratio(parsing: ratio.description) == ratio)
  }

  @Test(arguments: [
    "", "-1", "-8/255", "8/-255", "8/0", "8/255/2", "nan", "inf", "-inf", "infinity", "1e400", "1e-400",
    "0x10",
    "eight", "8 / 255", " 8", "+8", "1/1e-320", "8/", "/255", "1e300/1e-300", "1e-300/1e300", "0x1p3",
    "1_000",
    "١",
  ])
  func refusesWithTheText(_ text: String) {
    #expect {
      try Ratio(parsing: text)
    } throws: { error in
      guard let error = error as? AttackError else { return false }
      return error.kind == .usage && error.message.contains("'\(text)'") && error.message.contains("8/255")
    }
  }

  @Test func literalsAreExact() {
    let ratio: Ratio = 8 / 255
    #expect(ratio.numerator == 8 && ratio.denominator == 255 && "\(ratio)" == "8/255")
    #expect(
      ThreatModel.lInfinity(ratio).radius == 8.0 / 255 && ThreatModel.lInfinity(radius: 0.1).budget == 0.1)
    #expect(StepSize.relative(1).ratio(in: .lInfinity(8 / 255)).description == "8/255")
  }
}
