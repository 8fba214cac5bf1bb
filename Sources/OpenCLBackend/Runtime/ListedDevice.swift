import COpenCL

/// A device that a library listed.
package struct ListedDevice: Sendable {
  /// The library that listed it.
  package let library: OpenCLLibrary
  let platform: tcl_platform
  let handle: tcl_device
  /// What the device says about itself.
  package let description: DeviceDescription

  init(library: OpenCLLibrary, platform: tcl_platform, handle: tcl_device, index: Int) {
    self.library = library
    self.platform = platform
    self.handle = handle
    description = DeviceQuery(library: library.handle, platform: platform, device: handle).describe(index)
  }

  /// A failure of this device.
  func error(
    _ operation: String, _ status: OpenCLStatus, kind: OpenCLError.Kind? = nil, detail: String = ""
  ) -> OpenCLError {
    OpenCLError(operation, status, device: description.name, kind: kind, detail: detail)
  }

  /// Throws unless a call succeeded; the name of the operation is made only for a failure.
  func check(_ status: Int32, _ operation: @autoclosure () -> String) throws(OpenCLError) {
    if status != 0 { throw error(operation(), OpenCLStatus(rawValue: status)) }
  }
}
