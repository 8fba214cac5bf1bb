import Compute
import ComputeTestSupport
import Foundation
import Testing

@testable import OpenCLBackend

/// Derivatives of random networks and at the edge, with both families of kernels.
@Suite(.enabled(if: TestDevice.isPresent))
struct DeviceNetworkTests {
  /// More of them where the environment variable `TREMOR_RANDOM_NETWORKS` asks for it.
  static let count =
    ProcessInfo.processInfo.environment["TREMOR_RANDOM_NETWORKS"].flatMap { UInt64($0) } ?? 24

  @Test("Rows of Jacobians are gradients, CPU family") func rowsOfProcessors() async throws {
    let device = try TestDevice.running(.cpu)
    for seed in 0..<Self.count { try await checkRows(RandomNetwork(seed: 500_000 + seed), on: device) }
  }

  // Every graph is a program of its own here, which a processor's runtime takes long to compile.
  @Test("Rows of Jacobians are gradients, GPU family") func rowsOfGPUs() async throws {
    let device = try TestDevice.running(.gpu)
    for seed in 0..<max(2, Self.count / 12) {
      let network = try RandomNetwork(seed: 600_000 + seed, length: 4, limits: NetworkLimits(elements: 1600))
      try await checkRows(network, on: device)
    }
  }

  @Test("Values and derivatives at the edge", arguments: TestDevice.families)
  func edges(_ family: KernelFamily) async throws {
    let device = try TestDevice.running(family)
    // All functions in the CPU family, whose kernels are there; a few in the other.
    let all = EdgeCase.all
    let edges =
      family == .cpu ? all : all.filter { ["sqrt", "deviation", "lpNorm", "relu6"].contains($0.name) }
    for edge in edges { try await checkEdges(edge, evaluator: evaluator(on: device)) }
  }
}
