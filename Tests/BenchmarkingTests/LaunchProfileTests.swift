import Benchmarking
import CPUBackend
import Compute
import Foundation
import Testing

@Suite struct LaunchProfileTests {
  private static let peaks = DevicePeaks(operationsPerSecond: 1e9, bytesPerSecond: 1e9, origin: "made up")

  /// A small network, and a loop of products.
  private static func graph() throws -> Graph {
    try Graph { scope in
      let images = scope.input("images", [2, 16, 8, 8])
      let x = images.convolved(scope["stem"].parameter("weight", [16, 16, 3, 3]), padding: 1).relu()
      let weight = scope["cell"].parameter("weight", [16, 16])
      return [x.mean([2, 3]).reshaped([2, 16]).iterated(3) { $0.matmul(weight).tanh() }]
    }
  }

  private static func profile(repetitions: Int = 2) async throws -> LaunchProfile {
    let device = try CPUDevice(threads: 2)
    let graph = try graph()
    var executable = try Executable(graph, on: device)
    try executable.write("images", filled([2, 16, 8, 8]))
    let weights = try Weights(
      ["stem.weight": filled([16, 16, 3, 3]), "cell.weight": filled([16, 16])], on: device)
    let times = try await executable.profile(repetitions: repetitions, reading: weights)
    return LaunchProfile(executable.plan.launches(of: .run), times, peaks: peaks)
  }

  private static func filled(_ shape: Shape) -> HostArray {
    HostArray(shape, (0..<shape.count).map { Float($0 % 13) / 13 })
  }

  @Test func everyLaunchHasATimeForEveryRepetition() async throws {
    let profile = try await Self.profile(repetitions: 3)
    let plan = Plan(try Self.graph(), family: .cpu)
    #expect(profile.launchCount == plan.launchCount)
    #expect(profile.rows.count == plan.launches(of: .run).count)
    for row in profile.rows {
      #expect(row.seconds.count == 3)
      #expect(row.seconds.allSatisfy { $0 > 0 && $0 < 10 })
    }
  }

  @Test func sumsAgree() async throws {
    let profile = try await Self.profile()
    #expect(profile.multiplyAdds == (try Self.graph()).multiplyAdds)
    #expect(abs(profile.rows.reduce(0) { $0 + $1.share } - 1) < 1e-9)
    #expect(abs(profile.seconds - profile.totalSeconds) < 1e-12)
    #expect(profile.rows.map(\.number) == Array(1...profile.rows.count))
  }

  @Test func ratesFollowFromTimesAndPeaks() async throws {
    for row in try await Self.profile().rows {
      #expect(abs(row.bytesPerSecond * row.medianSeconds - Double(row.bytes)) <= 1e-6 * Double(row.bytes))
      #expect(row.shareOfBandwidth == row.bytesPerSecond / 1e9)
      #expect((row.operationsPerSecond == nil) == (row.multiplyAdds == 0))
      #expect(row.shareOfPeak == row.operationsPerSecond.map { $0 / 1e9 })
    }
  }

  @Test func aFilterKeepsWhatItNamesAndTheTotal() async throws {
    let profile = try await Self.profile()
    let stem = profile.filtered(by: "STEM")
    #expect(!stem.rows.isEmpty && stem.rows.count < profile.rows.count)
    #expect(stem.rows.allSatisfy { $0.layer == "stem" })
    #expect(stem.totalSeconds == profile.totalSeconds)
    #expect(profile.filtered(by: "matmul").rows.allSatisfy { $0.kernel.contains("matmul") })
    #expect(profile.filtered(by: "no such thing").rows.isEmpty)
  }

  @Test func aProfileSurvivesJSON() async throws {
    let profile = try await Self.profile()
    let data = try JSONEncoder().encode(profile)
    #expect(try JSONDecoder().decode(LaunchProfile.self, from: data) == profile)
  }

  @Test func profilingChangesWhatARunWouldChange() async throws {
    let device = try CPUDevice(threads: 1)
    let graph = try Graph { scope in
      let count = scope.parameter("count", [3])
      scope.update(count, with: count + 1)
      return [count.sum()]
    }
    var weights = try Weights(["count": HostArray([3], [0, 0, 0] as [Float])], on: device)
    var executable = try Executable(graph, on: device)
    _ = try await executable.profile(repetitions: 4, updating: &weights)
    #expect(try await weights.read()["count"]?.floats == [4, 4, 4])
    await #expect(throws: DeviceError.self) { try await executable.profile(repetitions: 1, reading: weights) }
  }

  @Test func whatIsMissingIsAnError() async throws {
    let device = try CPUDevice(threads: 1)
    var executable = try Executable(try Graph { [$0.input("x", [3]) * 2] }, on: device)
    await #expect(throws: DeviceError.self) { try await executable.profile(repetitions: 1) }
    try executable.write("x", HostArray([3], [1, 2, 3] as [Float]))
    await #expect(throws: DeviceError.self) { try await executable.profile(repetitions: 0) }
    #expect(try await executable.profile(repetitions: 2).allSatisfy { $0.seconds.count == 2 })
  }
}
