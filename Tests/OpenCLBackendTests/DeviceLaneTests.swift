import Compute
import Testing

@testable import OpenCLBackend

/// Compute units of a processor compute samples of their own side by side, and nobody can tell from the results.
@Suite("Lanes of an OpenCL processor", .enabled(if: TestDevice.isPresent))
struct DeviceLaneTests {
  /// Two convolutions with packed weights in a loop, a number that all samples share, and a result for each sample.
  @Sendable private static func graph(_ count: Int) throws -> Graph {
    try Graph { scope in
      let images = scope.input("images", [count, 16, 12, 12])
      let shift = scope.input("shift", .scalar)
      let weights = [scope.parameter("first", [32, 16, 3, 3]), scope.parameter("second", [16, 32, 3, 3])]
      let last = images.iterated(2) { x in
        (x.convolved(weights[0], padding: 1).relu().convolved(weights[1], padding: 1) * 0.1 + shift).relu()
      }
      return [last, last.sum([1, 2, 3])]
    }
  }

  private func weights(on device: any Device) throws -> Weights {
    try Weights(
      ["first": noise([32, 16, 3, 3], seed: 2), "second": noise([16, 32, 3, 3], seed: 3)], on: device)
  }

  private func arguments(_ count: Int, seed: UInt64 = 1) -> [String: HostArray] {
    ["images": noise([count, 16, 12, 12], seed: seed), "shift": HostArray(.scalar, [Float(0.05)])]
  }

  @Test("As many as PoCL has compute units; one elsewhere")
  func count() throws {
    let device = try TestDevice.running(.cpu)
    let isDivided = device.properties.isPoCL && (2...64).contains(device.properties.computeUnits)
    #expect(device.lanes == (isDivided ? device.properties.computeUnits : 1))
    #expect(try TestDevice.running(.gpu).lanes == 1)
    #expect(device.lanes == 1 || device.usualTile(sampleBytes: 64 << 10) == device.lanes * 12)
  }

  @Test("The same bits as without lanes", arguments: [1, 4, 12])
  func bits(_ count: Int) async throws {
    let device = try TestDevice.running(.cpu)
    let weights = try weights(on: device)
    var whole = try Executable(Self.graph(count), on: device)
    var lanes = try Executable(samples: count, on: device, Self.graph)
    #expect(lanes.lanes == device.lanes || count % device.lanes != 0)
    let expected = try await whole.run(arguments(count), reading: weights)
    #expect(try await lanes.run(arguments(count), reading: weights) == expected)
  }

  @Test("Reads in order with launches")
  func reads() async throws {
    let device = try TestDevice.running(.cpu)
    let weights = try weights(on: device)
    var executable = try Executable(samples: 4, on: device, Self.graph)
    var expected: [[HostArray]] = []
    for seed in 1...3 {
      expected.append(try await executable.run(arguments(4, seed: UInt64(seed)), reading: weights))
    }
    var pending: [PendingOutputs] = []
    for seed in 1...3 {
      for (name, value) in arguments(4, seed: UInt64(seed)) { try executable.write(name, value) }
      try executable.launch(reading: weights)
      pending.append(try executable.startReadingAll())
    }
    for (pending, expected) in zip(pending, expected) { #expect(try await pending.outputs() == expected) }
  }

  /// Lanes have queues of their own, which know nothing of the device's: weights and what is made of them must
  /// arrive all the same, and not before everybody is done with the old ones.
  @Test("Changed weights, with and without lanes in turn")
  func changes() async throws {
    let device = try TestDevice.running(.cpu)
    var weights = try weights(on: device)
    var whole = try Executable(Self.graph(12), on: device)
    var lanes = try Executable(samples: 12, on: device, Self.graph)
    _ = try await whole.run(arguments(12), reading: weights)
    _ = try await lanes.run(arguments(12), reading: weights)
    for seed in 10..<20 as Range<UInt64> {
      try lanes.launch(reading: weights)
      try whole.launch(reading: weights)
      let (before, also) = (try lanes.startReadingAll(), try whole.startReadingAll())
      try weights.write("second", noise([16, 32, 3, 3], seed: seed))
      // Who comes first makes the packed weights.
      if seed.isMultiple(of: 2) { try whole.launch(reading: weights) }
      try lanes.launch(reading: weights)
      try whole.launch(reading: weights)
      let (after, last) = (try lanes.startReadingAll(), try whole.startReadingAll())
      let old = try await before.outputs()
      #expect(try await also.outputs() == old)
      let new = try await after.outputs()
      #expect(try await last.outputs() == new)
      #expect(new != old)
    }
  }

  @Test("Weights that a run changes while lanes still read them")
  func updates() async throws {
    let device = try TestDevice.running(.cpu)
    func weights() throws -> Weights { try Weights(["scale": noise([512])], on: device) }
    let change = try Graph { scope in
      let scale = scope.parameter("scale", [512])
      scope.update(scale, with: scale * -0.9)
      return []
    }
    var update = try Executable(change, on: device)
    var lanes = try Executable(samples: 12, on: device) { count in
      try Graph { scope in
        let (x, scale) = (scope.input("x", [count, 512]), scope.parameter("scale", [512]))
        return [x.iterated(500) { ($0 * scale + x).tanh() }]
      }
    }
    try lanes.write("x", noise([12, 512], seed: 2))
    var changing = try weights()
    var pending: [PendingOutputs] = []
    for _ in 0..<6 {
      try lanes.launch(reading: changing)
      pending.append(try lanes.startReadingAll())
      try update.launch(updating: &changing)
    }
    var waiting = try weights()
    for pending in pending {
      #expect(try await pending.outputs() == lanes.run(reading: waiting))
      try update.launch(updating: &waiting)
    }
  }
}
