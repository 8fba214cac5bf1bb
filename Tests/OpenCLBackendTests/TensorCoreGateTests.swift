import Compute
import Testing

@testable import OpenCLBackend

/// Who is asked for tensor cores at all.
struct TensorCoreGateTests {
  private func device(
    vendor: UInt32 = 0x10DE, platform: String = "NVIDIA CUDA", capability: ComputeCapability?,
    extensions: [String] = ["cl_nv_device_attribute_query"], localMemory: Int = 48 << 10, group: Int = 1024
  ) -> DeviceDescription {
    DeviceDescription(
      index: 0, name: "stub", vendor: "stub", vendorID: vendor, platformName: platform, platformVersion: "",
      driverVersion: "", deviceVersion: "OpenCL 3.0", languageVersion: "OpenCL C 1.2", kind: .gpu,
      computeUnits: 1, clock: 1, globalMemory: 1 << 30, maximumAllocation: 1 << 28, localMemory: localMemory,
      localMemoryKind: .dedicated, maximumWorkGroup: group, baseAddressAlignment: 512, roundsDivision: true,
      extensions: extensions, computeCapability: capability, obstacle: nil)
  }

  private func opens(_ device: DeviceDescription) -> TensorCoreSource? {
    if case .open(let source) = TensorCoreGate(device) { source } else { nil }
  }

  @Test(
    "NVIDIA's devices from compute capability 8.0 on",
    arguments: [(8, 0, 80), (8, 6, 86), (8, 9, 89), (9, 0, 90), (12, 0, 120)])
  func capabilities(_ major: Int, _ minor: Int, _ architecture: Int) {
    let source = opens(device(capability: ComputeCapability(major: major, minor: minor)))
    #expect(source?.architecture == architecture)
  }

  @Test("No others, and people are told why")
  func others() {
    let capability = ComputeCapability(major: 9, minor: 0)
    let closed: [(DeviceDescription, String)] = [
      (device(capability: ComputeCapability(major: 7, minor: 5)), "7.5"),
      (device(capability: nil), "compute capability"),
      (device(vendor: 0x1002, capability: capability), "NVIDIA"),
      (device(platform: "Portable Computing Language", capability: capability), "Portable"),
      (device(capability: capability, extensions: []), "cl_nv_device_attribute_query"),
      (device(capability: capability, localMemory: 16 << 10), "small"),
      (device(capability: capability, group: 128), "small"),
    ]
    for (device, word) in closed {
      guard case .closed(let reason) = TensorCoreGate(device) else {
        Issue.record("open for \(device)")
        continue
      }
      #expect(reason.contains(word))
    }
  }

  @Test("Devices with small work-groups, which have no tensor cores, run the CPU family")
  func families() {
    #expect(device(capability: nil).suitedFamily == .gpu)
    #expect(device(capability: nil, group: 256).suitedFamily == .gpu)
    #expect(device(capability: nil, group: 128).suitedFamily == .cpu)
  }

  @Test("The compiler is limited in registers only where it knows how")
  func buildOptions() {
    let source = TensorCoreSource.hardware(ComputeCapability(major: 9, minor: 0))
    let plain = device(capability: nil)
    let limited = device(capability: nil, extensions: ["cl_nv_compiler_options"])
    #expect(source.buildOptions("-x", for: plain).contains("-DNV_CC=90 "))
    #expect(!source.buildOptions("-x", for: plain).contains("maxrregcount"))
    #expect(source.buildOptions("-x", for: limited).contains("-cl-nv-maxrregcount 128"))
  }
}
