import Compute
import ComputeTestSupport
import Testing

@testable import OpenCLBackend

/// What the precision `exact` promises, on OpenCL devices.
@Suite(.enabled(if: TestDevice.isPresent))
struct DeviceExactSumsTests {
  private static let cpu = RuntimeDevice.first.map { OpenCLDevice($0, family: .cpu, precision: .exact) }
  private static let gpu = RuntimeDevice.first.map { OpenCLDevice($0, family: .gpu, precision: .exact) }

  private func device(_ family: KernelFamily) throws -> OpenCLDevice {
    try #require(family == .cpu ? Self.cpu : Self.gpu)
  }

  @Test("Every sum is rounded once", arguments: TestDevice.families)
  func sums(_ family: KernelFamily) async throws {
    for sample in SumSample.all {
      let error = try await exactSumError(sample, on: device(family))
      #expect(error <= 1, "\(sample)")
    }
  }

  @Test("Whole networks", arguments: ReferenceModel.all, TestDevice.families)
  func models(_ model: ReferenceModel, _ family: KernelFamily) async throws {
    try await checkModel(model, on: device(family), tolerance: 3e-6)
  }

  @Test("Samples do not depend on their neighbours", arguments: TestDevice.families)
  func keepsSamplesApart(_ family: KernelFamily) async throws {
    try await checkInvariance(on: device(family))
    try await checkTies(on: device(family))
  }

  @Test("The precision is in the plans", arguments: TestDevice.families)
  func options(_ family: KernelFamily) throws {
    #expect(try device(family).planOptions.contains(.exactSums))
    #expect(try !TestDevice.running(family).planOptions.contains(.exactSums))
  }
}
