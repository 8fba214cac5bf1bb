import DeviceSelection
import Testing

@Suite struct DeviceRequestTests {
  @Test func namesOfDevicesAreRead() {
    #expect(DeviceRequest("cpu") == .cpu)
    #expect(DeviceRequest("opencl") == .openCL(index: nil))
    #expect(DeviceRequest("opencl:0") == .openCL(index: 0))
    #expect(DeviceRequest("opencl:12") == .openCL(index: 12))
  }

  @Test(arguments: ["", "CPU", "gpu", "opencl:", "opencl:-1", "opencl:one", "cpu:0", " cpu"])
  func otherNamesAreRefused(_ name: String) {
    #expect(DeviceRequest(name) == nil)
  }
}
