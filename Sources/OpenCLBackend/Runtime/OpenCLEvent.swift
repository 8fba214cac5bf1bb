import COpenCL

/// The end of a command that was enqueued.
///
/// Released with the value.
struct OpenCLEvent: ~Copyable {
  let library: tcl_library
  let handle: tcl_event

  deinit {
    _ = tcl_release_event(library, handle)
  }

  /// Waits for the end of the command without holding a thread.
  ///
  /// - Parameter flush: Hands the command to the device, or it may never begin. It is called when the driver knows
  ///   whom to tell, because some drivers tell nobody of commands that have already ended.
  /// - Returns: Zero or the negative status with which the command failed.
  func completion(after flush: () -> Void) async -> OpenCLStatus {
    let library = library
    let handle = handle
    let status = await withCheckedContinuation { continuation in
      // SAFETY: the driver calls the function exactly once, which takes the reference; where it refuses to
      // register the function it never calls it, and the reference is taken here.
      let waiter = unsafe Unmanaged.passRetained(Waiter(continuation))
      let registered = unsafe tcl_on_completion(
        library, handle, { unsafe Waiter.resume($2, $1) }, waiter.toOpaque())
      flush()
      if registered != 0 {
        // SAFETY: as above. The command may use memory of the caller, so it has to end before the caller
        // hears of this.
        _ = tcl_wait(library, handle)
        unsafe waiter.takeRetainedValue().continuation.resume(returning: registered)
      }
    }
    return OpenCLStatus(rawValue: status)
  }

  /// Gives memory back when the command has ended.
  func whenCompleted(deallocate memory: UnsafeMutableRawPointer) {
    // SAFETY: the driver calls the function exactly once, after its last use of the memory; where it refuses to
    // register the function, the command is waited for here.
    let status = unsafe tcl_on_completion(
      library, handle, { _, _, memory in unsafe memory?.deallocate() }, memory)
    if status != 0 {
      _ = tcl_wait(library, handle)
      unsafe memory.deallocate()
    }
  }

  /// How long the device worked on the command that has ended, in nanoseconds, or the status of a failure.
  func duration() -> Result<UInt64, StatusFailure> {
    var start: UInt64 = 0
    var end: UInt64 = 0
    // SAFETY: the callee writes one number to each address.
    let status = unsafe tcl_event_times(library, handle, &start, &end)
    return status == 0 ? .success(end &- start) : .failure(StatusFailure(status: status))
  }

  struct StatusFailure: Error {
    let status: Int32
  }
}

/// Carries a continuation through the driver.
private final class Waiter: Sendable {
  let continuation: CheckedContinuation<Int32, Never>

  init(_ continuation: CheckedContinuation<Int32, Never>) {
    self.continuation = continuation
  }

  static func resume(_ context: UnsafeMutableRawPointer?, _ status: Int32) {
    guard let context = unsafe context else { return }
    // SAFETY: the pointer is the retained waiter that was registered, and this is the only call.
    let waiter = unsafe Unmanaged<Waiter>.fromOpaque(context).takeRetainedValue()
    waiter.continuation.resume(returning: min(status, 0))
  }
}
