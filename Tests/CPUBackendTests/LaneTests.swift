import CPUBackend
import Compute
import ComputeTestSupport
import Testing

/// Samples that do not depend on each other are computed side by side, and nobody can tell from the results.
@Suite struct LaneTests {
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

  private func values(_ shape: Shape, _ seed: UInt64) -> HostArray {
    var generator = SeededGenerator(seed: seed)
    return HostArray(shape, (0..<shape.count).map { _ in Float(generator.number(in: -1...1)) })
  }

  private func arguments(_ count: Int, seed: UInt64 = 1) -> [String: HostArray] {
    ["images": values([count, 16, 12, 12], seed), "shift": HostArray(.scalar, [Float(0.05)])]
  }

  private func weights(on device: any Device) throws -> Weights {
    try Weights(["first": values([32, 16, 3, 3], 2), "second": values([16, 32, 3, 3], 3)], on: device)
  }

  @Test(arguments: [1, 2, 3, 4]) func lanesChangeNoBit(_ threads: Int) async throws {
    let device = try CPUDevice(threads: threads)
    let weights = try weights(on: device)
    for count in [1, 5, 6, 12] {
      var whole = try Executable(Self.graph(count), on: device)
      var lanes = try Executable(samples: count, on: device, Self.graph)
      #expect(count % lanes.lanes == 0 && lanes.lanes <= threads)
      #expect(count < 12 || lanes.lanes == threads)
      let expected = try await whole.run(arguments(count), reading: weights)
      #expect(try await lanes.run(arguments(count), reading: weights) == expected, "\(count) samples")
    }
  }

  /// What was asked for first is what was there then, though the arena has been used again since.
  @Test(arguments: [1, 2]) func readsAreInOrderWithLaunches(_ threads: Int) async throws {
    let device = try CPUDevice(threads: threads)
    let weights = try weights(on: device)
    var executable = try Executable(samples: 4, on: device, Self.graph)
    var expected: [[HostArray]] = []
    for seed in 1...3 {
      expected.append(try await executable.run(arguments(4, seed: UInt64(seed)), reading: weights))
    }
    #expect(Set(expected.map { $0[1] }).count == 3)
    var pending: [PendingOutputs] = []
    for seed in 1...3 {
      for (name, value) in arguments(4, seed: UInt64(seed)) { try executable.write(name, value) }
      try executable.launch(reading: weights)
      pending.append(try executable.startReadingAll())
    }
    for (pending, expected) in zip(pending, expected) { #expect(try await pending.outputs() == expected) }
  }

  @Test func changedWeightsReachEveryLane() async throws {
    let device = try CPUDevice(threads: 3)
    var weights = try weights(on: device)
    var executable = try Executable(samples: 6, on: device, Self.graph)
    let before = try await executable.run(arguments(6), reading: weights)
    try weights.write("second", values([16, 32, 3, 3], 9))
    let after = try await executable.run(arguments(6), reading: weights)
    var fresh = try Executable(Self.graph(6), on: device)
    #expect(try await fresh.run(arguments(6), reading: weights) == after)
    #expect(after != before)
  }

  /// Few samples are shared out launch by launch, which gives every thread something to do.
  @Test func lanesFillTheDevice() throws {
    let device = try CPUDevice(threads: 4)
    let lanes = try [1, 2, 3, 4, 5, 6, 7, 8].map { count in
      try Executable(samples: count, on: device) { part in
        try Graph { [$0.input("x", [part, 3]) * 2] }
      }.lanes
    }
    #expect(lanes == [1, 1, 3, 4, 1, 3, 1, 4])
  }

  @Test func packedWeightsAreThereOnce() throws {
    let executable = try Executable(samples: 8, on: CPUDevice(threads: 4), Self.graph)
    let plan = executable.plan
    // Two convolutions of 32 times 16 channels, with 36 frequencies each.
    #expect(plan.setupBytes >= 2 * 32 * 16 * 36 * 4)
    #expect(executable.arenaBytes == plan.setupBytes + 4 * plan.arenaBytes)
  }

  @Test func tilesSuitTheCachesOfEveryThread() throws {
    let device = try CPUDevice(threads: 3)
    #expect(device.usualTile(sampleBytes: 128 << 10) == 3 * 6)
    #expect(device.usualTile(sampleBytes: 64 << 10) == 3 * 12)
    #expect(device.usualTile(sampleBytes: 4 << 20) == 3 * 6, "large samples still fill register tiles")
    #expect(device.usualTile(sampleBytes: 40) == 3 * 60)
    #expect(device.usualTile(sampleBytes: 128 << 10, rows: 10) == 3, "a sample of ten rows for each thread")
    #expect(device.usualTile(sampleBytes: 40, rows: 10) == 3 * 6)
  }
}
