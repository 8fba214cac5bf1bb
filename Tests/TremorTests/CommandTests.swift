import Foundation
import Testing

@Suite struct CommandTests {
  static let noLibrary = ["TREMOR_OPENCL_LIBRARY": "/nonexistent"]

  @Test(arguments: [
    ["--nonsense"], ["nonsense"], ["self-test", "--device", "gpu"], ["self-test", "--device", "opencl:x"],
    ["self-test", "--threads", "0"], ["demo", "--epochs", "0"], ["demo", "--seed", "-1"],
    ["self-test", "--only", "no such case"],
  ])
  func misuseIsOneLineAndStatus1(_ arguments: [String]) throws {
    let run = try TremorProcess(arguments)
    #expect(run.status == 1)
    #expect(run.output.isEmpty)
    #expect(run.errors.hasPrefix("tremor: "))
    #expect(run.errors.count { $0 == "\n" } == 1, "\(run.errors)")
  }

  @Test func helpIsNoFailure() throws {
    let run = try TremorProcess(["--help"])
    #expect(run.status == 0)
    #expect(run.errors.isEmpty)
    for command in ["devices", "demo", "self-test"] { #expect(run.output.contains(command)) }
  }

  @Test func anUnknownDeviceInTheEnvironmentIsMisuse() throws {
    let run = try TremorProcess(["self-test"], environment: ["TREMOR_DEVICE": "tpu"])
    #expect(run.status == 1)
    #expect(run.errors == "tremor: TREMOR_DEVICE=tpu: there is no such device; say cpu, opencl or opencl:N\n")
  }

  @Test func withoutALibraryOpenCLIsAClearError() throws {
    let run = try TremorProcess(["self-test", "--device", "opencl"], environment: Self.noLibrary)
    #expect(run.status == 2)
    #expect(run.errors.contains("there is no OpenCL device") && run.errors.contains("/nonexistent"))
    #expect(run.errors.count { $0 == "\n" } == 1, "\(run.errors)")
  }

  @Test func withoutALibraryTheProcessorIsThere() throws {
    let run = try TremorProcess(["devices"], environment: Self.noLibrary)
    #expect(run.status == 0)
    #expect(run.output.hasPrefix("cpu  "))
    #expect(run.output.contains("No OpenCL device: "))
  }

  @Test func devicesAreListedForScripts() throws {
    let run = try TremorProcess(["devices", "--json", "--device", "cpu", "--threads", "1"])
    let listing = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let device = try #require((listing["devices"] as? [[String: Any]])?.first)
    #expect(device["name"] as? String == "cpu")
    #expect(device["units"] as? Int == 1)
    #expect(device["types"] as? [String] == ["float32", "int32", "uint8", "bool"])
  }

  @Test func theProcessorPassesTheSelfTest() throws {
    let run = try TremorProcess(["self-test", "--device", "cpu"])
    #expect(run.status == 0, "\(run.output)\(run.errors)")
  }

  @Test func theDemoShowsThatAttacksWork() throws {
    let arguments = ["demo", "--device", "cpu", "--epochs", "2", "--steps", "3", "--json", "--quiet"]
    let run = try TremorProcess(arguments)
    #expect(run.errors.isEmpty)
    let summary = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let results = try #require(summary["results"] as? [[String: Any]])
    #expect(results.count == 2)
    for result in results {
      let clean = try #require(result["clean"] as? Double)
      let robust = try #require(result["robust"] as? [Double])
      #expect(clean > 0.5)
      #expect(robust.allSatisfy { $0 <= clean })
    }
  }
}
