import Benchmarking
import Testing

@Suite struct MeasurementTests {
  @Test func theMedianIsTheMiddle() {
    #expect(Measurement(seconds: [3, 1, 2]).median == 2)
    #expect(Measurement(seconds: [4, 1, 2, 3]).median == 2.5)
  }
}
