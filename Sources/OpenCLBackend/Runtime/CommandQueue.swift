import COpenCL

/// A queue of a device that runs commands one after the other.
///
/// Safe to use from any thread; commands run in the order in which they were enqueued.
package final class CommandQueue: Sendable {
  /// The context of its buffers and programs.
  package let context: OpenCLContext
  /// The part of the device that runs its commands; nil for the whole.
  package let part: Int?
  let handle: tcl_queue

  /// Creates a queue in a context.
  ///
  /// With `timing`, ``duration(of:)`` can be asked, which slows some drivers down. With `part`, commands run on that
  /// part of the device alone.
  package init(_ context: OpenCLContext, timing: Bool = false, part: Int? = nil) throws(OpenCLError) {
    let place = part.map { context.parts[$0] } ?? context.device.handle
    var handle = tcl_queue()
    // SAFETY: the callee writes one handle.
    try unsafe context.device.check(
      tcl_create_queue(context.library, context.handle, place, timing ? 1 : 0, &handle),
      "creation of a queue")
    self.context = context
    self.part = part
    self.handle = handle
  }

  /// Creates a queue in a context of its own.
  package convenience init(_ device: ListedDevice, timing: Bool = false) throws(OpenCLError) {
    try self.init(OpenCLContext(device), timing: timing)
  }

  deinit {
    _ = tcl_release_queue(library, handle)
  }

  /// The device that runs its commands.
  package var device: ListedDevice { context.device }
  var library: tcl_library { context.library }

  /// Allocates memory, fills it with zeros and waits for it.
  ///
  /// Drivers reserve memory when it is first used; so memory that does not exist is reported here and not at
  /// some launch. Waits in place.
  ///
  /// - Throws: A failure of kind `outOfMemory` where there is too little.
  package func allocate(byteCount: Int) throws(OpenCLError) -> OpenCLBuffer {
    let buffer = try OpenCLBuffer(context, byteCount: byteCount)
    if byteCount.isMultiple(of: 4) {
      try fill(buffer, with: UInt32(0))
    } else {
      try fill(buffer, with: UInt8(0))
    }
    try device.check(tcl_finish(library, handle), "allocation of \(byteCount) bytes")
    return buffer
  }

  /// Enqueues a kernel.
  package func launch(_ kernel: PreparedKernel) throws(OpenCLError) {
    var range = kernel.range.value
    // SAFETY: the callee reads the range before it returns.
    try unsafe device.check(
      tcl_launch(library, handle, kernel.handle, &range, nil), "launch of \(kernel.name)")
  }

  /// Hands what was enqueued to the device and returns at once.
  package func flush() throws(OpenCLError) {
    try device.check(tcl_flush(library, handle), "flush of the queue")
  }

  /// Waits until the device has done everything that was enqueued before.
  ///
  /// - Throws: A failure of the wait itself; drivers differ in whether it tells of failed commands before it.
  package func finish() async throws(OpenCLError) {
    var marker = tcl_event()
    // SAFETY: the callee writes one handle.
    try unsafe device.check(tcl_marker(library, handle, &marker), "wait for the queue")
    try await completion(of: OpenCLEvent(library: library, handle: marker), "wait for the queue")
  }

  /// Waits in place until the device has done everything that was enqueued before, well or not.
  package func drain() {
    _ = tcl_finish(library, handle)
  }

  /// Runs a kernel alone and measures it, in nanoseconds; the queue must have been created with `timing`.
  package func duration(of kernel: PreparedKernel) async throws(OpenCLError) -> UInt64 {
    var range = kernel.range.value
    var launched = tcl_event()
    let operation = "timing of \(kernel.name)"
    // SAFETY: the callee reads the range and writes one handle before it returns.
    try unsafe device.check(tcl_launch(library, handle, kernel.handle, &range, &launched), operation)
    let event = OpenCLEvent(library: library, handle: launched)
    try await completion(of: event, operation)
    switch event.duration() {
    case .success(let nanoseconds): return nanoseconds
    case .failure(let failure): throw device.error(operation, OpenCLStatus(rawValue: failure.status))
    }
  }

  /// Finds out whether a failure means that the device is lost.
  ///
  /// `CL_OUT_OF_RESOURCES` means too little memory or, when it stays, a device that has given up: a small
  /// command tells which.
  package func diagnosed(_ failure: OpenCLError) async -> OpenCLError {
    guard failure.code == OpenCLStatus.outOfResources.rawValue else { return failure }
    // The first wait may report the failure itself once more, so only what follows it counts.
    try? await finish()
    do {
      _ = try allocate(byteCount: 4)
      return failure
    } catch {
      return failure.reclassified(.deviceLost)
    }
  }

  /// Waits for a command; where it cannot be handed to the device, waits in place first, because commands in flight
  /// may use memory of the caller.
  func completion(
    of event: borrowing OpenCLEvent, _ operation: @autoclosure () -> String
  ) async throws(OpenCLError) {
    var flushed: Int32 = 0
    let status = await event.completion {
      flushed = tcl_flush(library, handle)
      if flushed != 0 { _ = tcl_finish(library, handle) }
    }
    try device.check(flushed, operation())
    try device.check(status.rawValue, operation())
  }
}
