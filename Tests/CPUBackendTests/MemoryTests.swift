import CPUBackend
import Compute
import Testing

/// Memory that cannot be had is an error, not the end of the process.
@Suite struct MemoryTests {
  @Test func availableMemoryIsKnownAndBounds() throws {
    let available = try #require(HostMemory.available)
    #expect(available > 1 << 20)
    #expect(HostMemory.mayHold(1000) && HostMemory.mayHold(1 << 21))
    #expect(!HostMemory.mayHold(available) && !HostMemory.mayHold(.max))
  }

  @Test func buffersBeyondItAreRefused() throws {
    let device = try CPUDevice(threads: 1)
    let available = try #require(HostMemory.available)
    for size in [available, 2 * available, 1 << 45, 1 << 50, .max] {
      let error = #expect(throws: DeviceError.self) { try device.makeBuffer(byteCount: size) }
      #expect(error?.kind == .outOfMemory && error?.message.contains("--batch") == true)
    }
    #expect(try device.makeBuffer(byteCount: 1 << 20).byteCount == 1 << 20)
  }

  /// A run whose memory is larger than what there is is made smaller by whoever computes a tile at a time, with the same
  /// results; where one sample does not fit, that is said.
  @Test func tilesShrinkUntilTheyFit() async throws {
    let (size, device) = (1 << 18, try CPUDevice(threads: 1))
    func executable() throws -> TiledExecutable {
      try TiledExecutable(tile: 64, on: device) { count in
        try Graph { scope in
          let x = scope.input("x", [count, size])
          return [(x.cumulativeSum(axis: 1) * x).cumulativeSum(axis: 1).sum([1])]
        }
      }
    }
    var large = try executable()
    var small = try executable()
    try HostMemory.$pretended.withValue(16 << 20) { try small.prepare(for: 64) }
    #expect(small.tile < 64 && small.tile >= 2, "\(small.tile)")
    var hopeless = try executable()
    let error = #expect(throws: DeviceError.self) {
      try HostMemory.$pretended.withValue(1 << 20) { try hopeless.prepare(for: 64) }
    }
    #expect(error?.kind == .outOfMemory)
    let images = HostArray([64, size], (0..<(64 * size)).map { Float($0 % 97) / 97 })
    let weights = try Weights([:], on: device)
    let expected = try await large.run(["x": images], reading: weights)
    #expect(try await small.run(["x": images], reading: weights) == expected)
  }
}
