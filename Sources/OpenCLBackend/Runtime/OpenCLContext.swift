import COpenCL

/// A context of one device: what buffers, programs and queues belong to.
///
/// Released with its last user.
package final class OpenCLContext: Sendable {
  /// The device that it is for.
  package let device: ListedDevice
  /// Parts of the device that have queues of their own; none unless they were asked for.
  let parts: [tcl_device]
  let handle: tcl_context

  /// Creates a context.
  ///
  /// - Parameter divided: Whether the device is divided into its compute units where the driver can do that.
  /// - Throws: What the driver reports, such as a device that another process holds alone.
  package init(_ device: ListedDevice, divided: Bool = false) throws(OpenCLError) {
    let parts = divided ? device.parts : []
    var handle = tcl_context()
    // SAFETY: the callee reads the parts and writes one handle.
    try unsafe device.check(
      tcl_create_context(
        device.library.handle, device.platform, device.handle, parts, UInt32(parts.count), &handle),
      "creation of a context")
    self.device = device
    self.parts = parts
    self.handle = handle
  }

  deinit {
    _ = tcl_release_context(library, handle)
    for part in parts { _ = tcl_release_device(library, part) }
  }

  var library: tcl_library { device.library.handle }
}

extension ListedDevice {
  private static let mostParts = 64

  /// Parts of it of one compute unit each, or of a few where there are many; none where the driver does not divide it.
  fileprivate var parts: [tcl_device] {
    guard description.computeUnits > 1 else { return [] }
    let units = (description.computeUnits + Self.mostParts - 1) / Self.mostParts
    var parts = [tcl_device](repeating: tcl_device(), count: Self.mostParts)
    var count: UInt32 = 0
    // SAFETY: the callee writes as many handles as there is room for, and one number.
    let status = unsafe tcl_create_sub_devices(
      library.handle, handle, UInt32(units), UInt32(parts.count), &parts, &count)
    return status == 0 ? Array(parts.prefix(Int(count))) : []
  }
}
