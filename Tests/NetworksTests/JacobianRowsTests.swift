import CPUBackend
import Compute
import ComputeTestSupport
import Testing

@testable import Networks

/// Rows of Jacobians go backward in groups, which nobody can tell from the result.
@Suite struct JacobianRowsTests {
  @Test func groupsCoverTheRowsOfARun() {
    for (atOnce, together) in [(1, 1), (10, 6), (10, 10), (10, 43), (128, 6), (7, 3), (5, 1)] {
      let groups = JacobianRows(all: atOnce, atOnce: atOnce, together: together).groups
      #expect(groups.flatMap(Array.init) == Array(0..<atOnce))
      #expect(groups.allSatisfy { $0.count <= together && !$0.isEmpty })
      #expect((groups.map(\.count).max() ?? 0) - (groups.map(\.count).min() ?? 0) <= 1)
    }
  }

  @Test func fewWeightsLetGroupsStayInTheCaches() throws {
    let device = try CPUDevice(threads: 2)
    let model = try #require(Architecture.named("cnn6")).model(classes: 100, seed: 1)
    let bytes = try model.sampleBytes(for: [3, 32, 32])
    #expect(bytes == 32 * 32 * 32 * 4)
    #expect(model.rowsTogether(sampleBytes: bytes, on: device) == 4)
    // Where values are small beside the weights, reading those is what costs.
    #expect(model.rowsTogether(sampleBytes: bytes / 32, on: device) > 60)
  }

  @Test func groupsChangeNoBit() async throws {
    let device = try CPUDevice(threads: 2)
    let model = try #require(Architecture.named("cnn6")).model(classes: 13, seed: 1)
    var generator = SeededGenerator(seed: 1)
    let images = HostArray([3, 3, 16, 16], (0..<2304).map { _ in Float(generator.number(in: 0...1)) })
    let weights = try Weights(model.values, on: device)
    var results: [[HostArray]] = []
    for together in [13, 5, 3] {
      let rows = JacobianRows(all: 13, atOnce: 13, together: together)
      let graph = try model.graph(of: .jacobians, sample: [3, 16, 16], count: 3, rows: rows)
      var executable = try Executable(graph, on: device)
      try executable.write(Model.images, images)
      try executable.write("rows", HostArray([3, 13], (0..<3).flatMap { _ in (0..<13).map(Int32.init) }))
      try executable.launch(reading: weights)
      results.append([try await executable.read(0), try await executable.read(1)])
    }
    #expect(results.allSatisfy { $0 == results[0] })
    #expect(results[0][1].shape == [3, 13, 3, 16, 16])
  }
}
