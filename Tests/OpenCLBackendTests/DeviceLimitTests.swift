import Compute
import ComputeTestSupport
import FileTestSupport
import Testing

@testable import OpenCLBackend

/// The CPU family on a device with less local memory than this one has.
@Suite(.enabled(if: TestDevice.isPresent))
struct DeviceLimitTests {
  private func device(_ bytes: Int) throws -> OpenCLDevice {
    OpenCLDevice(try #require(RuntimeDevice.first), family: .cpu, localMemory: bytes)
  }

  @Test(
    "Networks and random programs agree, and samples do not depend on their neighbours",
    arguments: SimulatedLimits.scratch)
  func networks(_ bytes: Int) async throws {
    let device = try device(bytes)
    #expect(device.limits.scratch == min(bytes, device.properties.localMemory))
    for model in ReferenceModel.all { try await checkModel(model, on: device) }
    for seed in 20..<30 as Range<UInt64> {
      try await checkAgreement(RandomProgram(seed: seed), tolerance: 1e-4, evaluator: evaluator(on: device))
    }
    try await checkInvariance(on: device, samples: 12, batches: [1, 5])
  }

  @Test("Primitives agree where there is the least local memory", arguments: PrimitiveSample.all)
  func primitives(_ sample: PrimitiveSample) async throws {
    try await checkAgreement(
      sample, tolerance: 1e-4, maximumOrder: 1, evaluator: evaluator(on: device(DeviceLimits.leastScratch)))
  }

  @Test("Less than any kernel can do with is an error that says so")
  func tooLittle() throws {
    let device = try device(16 << 10)
    #expect {
      _ = try device.makeBuffer(byteCount: 4)
    } throws: { error in
      guard let error = error as? DeviceError else { return false }
      return error.kind == .unavailable && error.message.contains("local memory")
    }
  }

  @Test("Many elements in order")
  func order() async throws {
    let count = 200_000
    let values = (0..<count).map { Float(($0 * 7919) % 1_000_003) }
    let graph = try Graph { scope in [scope.input("x", [1, count]).top(count).indices] }
    let arguments = ["x": HostArray([1, count], values)]
    let found = try await outputs(of: graph, arguments, on: device(512 << 10))[0].integers
    #expect(found == values.indices.sorted { values[$0] > values[$1] }.map(Int32.init))
  }
}
