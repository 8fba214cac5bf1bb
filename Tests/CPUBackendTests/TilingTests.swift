import CPUBackend
import Compute
import ComputeTestSupport
import Testing

/// Long batches run as tiles; memory that is too small makes tiles smaller, and changes nothing else.
@Suite struct TilingTests {
  /// A device with room for plans of a limited arena.
  private struct SmallDevice: Device {
    let inner: CPUDevice
    let limit: Int
    var name: String { "small" }
    var family: KernelFamily { inner.family }
    func makeBuffer(byteCount: Int) throws -> any DeviceBuffer { try inner.makeBuffer(byteCount: byteCount) }
    func makeSession(_ plan: Plan, lanes: Int) throws -> any Session {
      guard plan.arenaBytes <= limit else {
        throw DeviceError(.outOfMemory, on: name, "\(plan.arenaBytes) bytes do not fit \(limit)")
      }
      return try inner.makeSession(plan, lanes: lanes)
    }
  }

  @Sendable private static func graph(_ count: Int) throws -> Graph {
    try Graph { scope in
      let x = scope.input("x", [count, 40])
      let hidden = x.matmul(scope.parameter("w", [40, 64])).relu()
      return [hidden.softmax(), hidden.sum([1])]
    }
  }

  private func run(
    _ count: Int, tile: Int, on device: any Device
  ) async throws -> (outputs: [HostArray], tile: Int) {
    var generator = SeededGenerator(seed: 5)
    let values = (0..<(count * 40)).map { _ in Float(generator.number(in: -1...1)) }
    let weights = try Weights(
      ["w": HostArray([40, 64], (0..<2560).map { Float($0 % 17) / 17 - 0.5 })], on: device)
    var tiled = try TiledExecutable(tile: tile, on: device, Self.graph)
    let outputs = try await tiled.run(["x": HostArray([count, 40], values)], reading: weights)
    return (outputs, tiled.tile)
  }

  @Test(arguments: [1, 7, 64, 500]) func anyTileGivesTheSameBits(_ tile: Int) async throws {
    let device = try CPUDevice()
    let whole = try await run(200, tile: 200, on: device).outputs
    #expect(try await run(200, tile: tile, on: device).outputs == whole)
  }

  @Test func progressGrowsToAllSamples() async throws {
    let device = try CPUDevice()
    let weights = try Weights(["w": HostArray([40, 64], [Float](repeating: 0.1, count: 2560))], on: device)
    var tiled = try TiledExecutable(tile: 8, on: device, Self.graph)
    var seen: [Int] = []
    let x = HostArray([30, 40], [Float](repeating: 1, count: 1200))
    _ = try await tiled.run(["x": x], reading: weights) { seen.append($0) }
    #expect(seen == [8, 16, 24, 30])
  }

  @Test func noSamplesHaveResultsOfTheirShape() async throws {
    let outputs = try await run(0, tile: 8, on: CPUDevice()).outputs
    #expect(outputs.map(\.shape) == [[0, 64], [0]])
  }

  @Test func shortMemoryHalvesTheTile() async throws {
    let device = try CPUDevice()
    let whole = try await run(100, tile: 100, on: device).outputs
    let small = try await run(100, tile: 64, on: SmallDevice(inner: device, limit: 30_000))
    #expect(small.tile < 64)
    #expect(small.outputs == whole)
  }

  @Test func memoryForNoSampleIsAnError() async throws {
    await #expect(throws: DeviceError.self) {
      _ = try await run(10, tile: 8, on: SmallDevice(inner: CPUDevice(), limit: 100))
    }
  }
}
