import Benchmarking
import CPUBackend
import Foundation
import Testing

@Suite(.serialized) struct PeakTests {
  @Test func theProcessorHasPeaks() throws {
    let peaks = try MachinePeaks.measured(threads: 1)
    #expect(peaks.threads == 1)
    #expect(peaks.arithmetic.first?.instructionSet == "portable")
    #expect(peaks.arithmetic.allSatisfy { $0.operationsPerSecond > 1e6 && $0.operationsPerSecond < 1e14 })
    // Vectors never multiply slower than single numbers.
    #expect(peaks.operationsPerSecond >= peaks.arithmetic[0].operationsPerSecond)
    for rate in [peaks.triadBytesPerSecond, peaks.copyBytesPerSecond, peaks.cacheBytesPerSecond] {
      #expect(rate > 1e7 && rate < 1e13)
    }
    let data = try JSONEncoder().encode(peaks)
    #expect(try JSONDecoder().decode(MachinePeaks.self, from: data) == peaks)
  }

  @Test func anyDeviceHasABandwidthAndNoMoreThanThat() async throws {
    let peaks = try await DevicePeaks.measured(on: try CPUDevice(threads: 1), megabytes: 1)
    #expect(peaks.operationsPerSecond == nil)
    #expect(try #require(peaks.bytesPerSecond) > 1e6)
  }
}
