import COpenCL

/// A context of one device: what buffers, programs and queues belong to.
///
/// Released with its last user.
package final class OpenCLContext: Sendable {
  /// The device that it is for.
  package let device: ListedDevice
  let handle: tcl_context

  /// Creates a context.
  ///
  /// - Throws: What the driver reports, such as a device that another process holds alone.
  package init(_ device: ListedDevice) throws(OpenCLError) {
    var handle = tcl_context()
    // SAFETY: the callee writes one handle.
    try unsafe device.check(
      tcl_create_context(device.library.handle, device.platform, device.handle, &handle),
      "creation of a context")
    self.device = device
    self.handle = handle
  }

  deinit {
    _ = tcl_release_context(library, handle)
  }

  var library: tcl_library { device.library.handle }
}
