import COpenCL

/// Memory of a device, released with its last user.
///
/// A buffer must be kept until the commands that use it have finished: drivers differ in whether a command
/// keeps its buffers alive.
package final class OpenCLBuffer: Sendable {
  /// The context that it belongs to.
  package let context: OpenCLContext
  /// The size, in bytes.
  package let byteCount: Int
  /// Where the memory begins within the allocation, in bytes.
  package let offset: Int
  let handle: tcl_memory
  /// The allocation that this is a part of, or nil if this is an allocation.
  private let allocation: OpenCLBuffer?

  /// Reserves memory; ``CommandQueue/allocate(byteCount:)`` also makes sure that it exists.
  ///
  /// - Throws: A failure of kind `outOfMemory` where the size exceeds what the device allows.
  package init(_ context: OpenCLContext, byteCount: Int) throws(OpenCLError) {
    precondition(byteCount > 0, "a buffer has at least one byte")
    let operation = "allocation of \(byteCount) bytes"
    let limit = context.device.description.maximumAllocation
    if UInt64(byteCount) > limit {
      throw context.device.error(
        operation, .invalidBufferSize, detail: "The largest buffer of the device has \(limit) bytes.")
    }
    var handle = tcl_memory()
    // SAFETY: the callee writes one handle.
    try unsafe context.device.check(
      tcl_create_buffer(context.library, context.handle, byteCount, &handle), operation)
    self.context = context
    self.byteCount = byteCount
    self.offset = 0
    self.handle = handle
    self.allocation = nil
  }

  /// Takes a part of an allocation, which it keeps alive.
  private init(part offset: Int, byteCount: Int, of allocation: OpenCLBuffer) throws(OpenCLError) {
    let context = allocation.context
    var handle = tcl_memory()
    // SAFETY: the callee writes one handle.
    try unsafe context.device.check(
      tcl_create_sub_buffer(context.library, allocation.handle, offset, byteCount, &handle),
      "taking \(byteCount) bytes at offset \(offset) of a buffer of \(allocation.byteCount)")
    self.context = context
    self.byteCount = byteCount
    self.offset = offset
    self.handle = handle
    self.allocation = allocation
  }

  deinit {
    _ = tcl_release_memory(context.library, handle)
  }

  /// A part of this buffer, as a buffer that shares its memory.
  ///
  /// Offset and count are in bytes; the offset within the allocation must be a multiple of
  /// ``DeviceDescription/baseAddressAlignment``.
  ///
  /// - Throws: `CL_MISALIGNED_SUB_BUFFER_OFFSET` for another offset.
  package func part(offset: Int, byteCount: Int) throws(OpenCLError) -> OpenCLBuffer {
    precondition(offset >= 0 && byteCount > 0 && offset + byteCount <= self.byteCount, "outside the buffer")
    let start = self.offset + offset
    let alignment = context.device.description.baseAddressAlignment
    if !start.isMultiple(of: alignment) {
      throw context.device.error(
        "taking a part of a buffer at offset \(start)", .misalignedSubBuffer,
        detail: "The offset must be a multiple of \(alignment) bytes.")
    }
    return try OpenCLBuffer(part: start, byteCount: byteCount, of: allocation ?? self)
  }
}
