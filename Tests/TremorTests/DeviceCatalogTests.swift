import Compute
import DeviceSelection
import Testing

@Suite struct DeviceCatalogTests {
  private let cpu = entry("cpu", .processor)
  private let runtime = entry("opencl:0", .openCLOther, speed: 9)
  private let slow = entry("opencl:1", .openCLGPU, speed: 1)
  private let fast = entry("opencl:2", .openCLGPU, speed: 2)

  @Test func theBestIsTheFastestGPU() throws {
    let catalog = DeviceCatalog([cpu, runtime, slow, fast])
    #expect(try catalog.entry(for: .best).name == "opencl:2")
    #expect(try catalog.entry(for: .openCL(index: nil)).name == "opencl:2")
  }

  @Test func aRuntimeOnTheProcessorIsUsedOnlyWhenAskedFor() throws {
    let catalog = DeviceCatalog([cpu, runtime])
    #expect(try catalog.entry(for: .best).name == "cpu")
    #expect(try catalog.entry(for: .openCL(index: nil)).name == "opencl:0")
    #expect(try catalog.entry(for: .openCL(index: 0)).name == "opencl:0")
  }

  @Test func aGPUThatFailsGivesWayWithANote() throws {
    let broken = entry("opencl:2", .openCLGPU, speed: 3, opens: false)
    var notes: [String] = []
    let chosen = try DeviceCatalog([cpu, slow, broken]).entry(for: .best) { notes.append($0) }
    #expect(chosen.name == "opencl:1")
    #expect(notes.count == 1 && notes[0].contains("opencl:2"))
  }

  @Test func aDeviceThatWasNamedAndFailsIsAnError() {
    let broken = entry("opencl:0", .openCLGPU, opens: false)
    #expect(throws: DeviceError.self) { try DeviceCatalog([cpu, broken]).entry(for: .openCL(index: 0)) }
  }

  @Test func anObstacleIsNamed() {
    let old = entry("opencl:0", .openCLGPU, obstacle: "it is too old")
    let error = #expect(throws: DeviceError.self) {
      try DeviceCatalog([cpu, old]).entry(for: .openCL(index: 0))
    }
    #expect(error?.message.contains("it is too old") == true)
  }

  @Test func anAbsentDeviceIsExplained() {
    let catalog = DeviceCatalog([cpu], openCLAbsence: "No OpenCL library was found.\nlibOpenCL.so.1: missing")
    let error = #expect(throws: DeviceError.self) { try catalog.entry(for: .openCL(index: nil)) }
    #expect(error?.kind == .unavailable)
    #expect(error?.description.contains("No OpenCL library was found. libOpenCL.so.1: missing") == true)
    let other = #expect(throws: DeviceError.self) {
      try DeviceCatalog([cpu, runtime]).entry(for: .openCL(index: 1))
    }
    #expect(other?.description.contains("opencl:0 is") == true)
  }
}

private func entry(
  _ name: String, _ kind: DeviceEntry.Kind, speed: Int = 0, opens: Bool = true, obstacle: String? = nil
) -> DeviceEntry {
  DeviceEntry(
    StubDevice(name: name, opens: opens), kind: kind, title: "stub", units: 1, speed: speed,
    obstacle: obstacle)
}

/// A device that computes nothing.
private struct StubDevice: Device {
  let name: String
  let opens: Bool
  let family = KernelFamily.cpu

  func makeBuffer(byteCount: Int) throws -> any DeviceBuffer {
    guard opens else { throw DeviceError(.unreliable, on: name, "the self-test failed") }
    return StubBuffer(byteCount: byteCount)
  }

  func makeSession(_ plan: Plan, lanes: Int) throws -> any Session {
    throw DeviceError(.misuse, on: name, "nothing runs here")
  }
}

private struct StubBuffer: DeviceBuffer {
  let byteCount: Int
  func write(_ bytes: [UInt8]) throws {}
  func read() async throws -> [UInt8] { [UInt8](repeating: 0, count: byteCount) }
}
