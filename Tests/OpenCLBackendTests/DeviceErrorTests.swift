import Compute
import ComputeTestSupport
import Testing

@testable import OpenCLBackend

/// What a caller hears when something cannot be done.
@Suite(.enabled(if: TestDevice.isPresent))
struct DeviceErrorTests {
  private func failure(_ body: () async throws -> Void) async throws -> DeviceError {
    do {
      try await body()
    } catch let error as DeviceError {
      return error
    }
    Issue.record("nothing was thrown")
    throw DeviceError(.misuse, on: "", "")
  }

  @Test("There is no such device")
  func unknownDevice() async throws {
    let error = try await failure { _ = try OpenCL.device(99) }
    #expect(error.kind == .unavailable)
    #expect(error.device == "opencl:99")
  }

  @Test("A plan that needs more memory than there is", arguments: TestDevice.families)
  func memory(_ family: KernelFamily) async throws {
    let device = try TestDevice.running(family)
    // As many inputs as make one arena larger than the device's largest buffer.
    let (size, limit) = (1 << 30, Int(device.properties.maximumAllocation))
    let error = try await failure {
      let graph = try Graph { scope in
        (0...(limit / (4 * size))).map { scope.input("x\($0)", [size]).exp() }
      }
      _ = try Executable(graph, on: device)
    }
    #expect(error.kind == .outOfMemory)
    #expect(try await failure { _ = try device.makeBuffer(byteCount: limit + 4096) }.kind == .outOfMemory)
  }

  @Test("A program that does not build comes with its log")
  func build() async throws {
    let engine = try TestDevice.running(.gpu).engine()
    let error = try await failure {
      _ = try engine.translating { () throws(OpenCLError) in
        try engine.program(generated: "kernel void broken() { undeclared_name = 1; }")
      }
    }
    #expect(error.kind == .buildFailed)
    #expect(error.message.contains("undeclared_name"))
  }

  @Test("Weights of another device, and none at all")
  func foreignWeights() async throws {
    let (device, other) = (try TestDevice.running(.cpu), try TestDevice.running(.gpu))
    let graph = try Graph { scope in [scope.parameter("w", [4]) + scope.input("x", [4])] }
    let weights = try Weights(["w": noise([4])], on: other)
    var executable = try Executable(graph, on: device)
    try executable.write("x", noise([4]))
    let error = try await failure { try executable.launch(reading: weights) }
    #expect(error.kind == .misuse)
    #expect(error.message.contains("another device"))
    let session = try device.makeSession(Plan(graph, family: .cpu))
    #expect(try await failure { try session.launch(.run) }.kind == .misuse)
  }

  @Test("Failures of OpenCL by kind")
  func kinds() {
    let kinds: [(OpenCLError.Kind, DeviceError.Kind)] = [
      (.outOfMemory, .outOfMemory), (.deviceLost, .lost), (.buildFailure, .buildFailed),
      (.invalidSource, .buildFailed),
      (.unavailable, .unavailable), (.other, .unavailable),
    ]
    for (kind, expected) in kinds {
      let error = DeviceError(OpenCLError("launch of map", .success, kind: kind), on: "opencl:0")
      #expect(error.kind == expected)
      #expect(error.message.contains("launch of map"))
    }
  }
}
