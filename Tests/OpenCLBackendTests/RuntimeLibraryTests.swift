import Foundation
import Testing

@testable import OpenCLBackend

struct RuntimeLibraryTests {
  @Test("A library that is missing means no devices, with the reason")
  func missingLibrary() {
    let library = Result { () throws(OpenCLError) in
      try OpenCLLibrary.open(environment: ["TREMOR_OPENCL_LIBRARY": "/nonexistent/libOpenCL.so"])
    }
    let inventory = OpenCLInventory(library)
    #expect(inventory.devices.isEmpty)
    #expect(inventory.reason?.contains("/nonexistent/libOpenCL.so") == true)
    #expect(throws: OpenCLError.self) { try library.get() }
  }

  @Test("A library that is not OpenCL is refused by the first function it lacks")
  func foreignLibrary() {
    #if os(macOS)
      let path = "/usr/lib/libz.dylib"
    #else
      let path = "libm.so.6"
    #endif
    do {
      _ = try OpenCLLibrary.open(environment: ["TREMOR_OPENCL_LIBRARY": path])
      Issue.record("it was accepted")
    } catch {
      #expect(error.kind == .unavailable)
      #expect(error.detail.contains(path))
    }
  }

  @Test("There are devices or a reason, never both")
  func devicesOrReason() {
    let inventory = OpenCLInventory.current
    #expect(inventory.devices.isEmpty == (inventory.reason != nil))
    #expect(inventory.devices.map(\.description.index) == Array(inventory.devices.indices))
  }

  @Test("A usable device says what a plan needs to know", .enabled(if: RuntimeDevice.isPresent))
  func description() throws {
    let device = try #require(RuntimeDevice.first).description
    #expect(!device.name.isEmpty && !device.platformName.isEmpty && !device.driverVersion.isEmpty)
    #expect(device.computeUnits > 0 && device.maximumWorkGroup > 0 && device.localMemory > 0)
    #expect(device.maximumAllocation > 0 && device.globalMemory >= device.maximumAllocation)
    #expect(device.baseAddressAlignment.nonzeroBitCount == 1)
    #expect(device.languageVersion.hasPrefix("OpenCL C"))
  }

  @Test(
    "A status tells what a caller can do",
    arguments: [
      (Int32(-4), OpenCLError.Kind.outOfMemory), (-6, .outOfMemory), (-36, .deviceLost), (-9999, .deviceLost),
      (-11, .buildFailure), (-1001, .unavailable), (-54, .other),
    ])
  func kinds(code: Int32, kind: OpenCLError.Kind) {
    let error = OpenCLError("launch of matmul", OpenCLStatus(rawValue: code), device: "device")
    #expect(error.kind == kind)
    #expect(error.description.contains("launch of matmul") && error.description.contains("\(code)"))
  }
}
