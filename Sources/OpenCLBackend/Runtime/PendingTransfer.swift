import COpenCL
import Compute

/// A read from a buffer into memory of its own, which lives until the command has ended.
// SAFETY: the driver writes the memory before the arrival, and nobody afterwards.
@safe package final class PendingTransfer: @unchecked Sendable {
  private let memory: UnsafeMutableRawBufferPointer
  private let arrival = Arrival()
  private let failure: @Sendable (OpenCLStatus) -> OpenCLError

  fileprivate init(byteCount: Int, failure: @escaping @Sendable (OpenCLStatus) -> OpenCLError) {
    unsafe memory = .allocate(byteCount: byteCount, alignment: 64)
    self.failure = failure
  }

  deinit { unsafe memory.deallocate() }

  /// Waits for the end of the command without holding a thread, and lends the bytes; called once.
  package func wait(_ use: (UnsafeRawBufferPointer) -> Void) async throws {
    try await arrival.wait()
    unsafe use(UnsafeRawBufferPointer(memory))
  }

  private static func end(_ context: UnsafeMutableRawPointer?, _ status: Int32) {
    guard let context = unsafe context else { return }
    // SAFETY: the pointer is the retained transfer that was registered, and this is the only call.
    let transfer = unsafe Unmanaged<PendingTransfer>.fromOpaque(context).takeRetainedValue()
    transfer.arrival.come(status < 0 ? transfer.failure(OpenCLStatus(rawValue: status)) : nil)
  }

  /// Tells the driver whom to tell of the end, before the command is handed to the device: some drivers tell nobody of
  /// commands that have already ended.
  fileprivate func follow(_ event: borrowing OpenCLEvent) {
    // SAFETY: the driver calls the function exactly once, which takes the reference; where it refuses to register the
    // function it never calls it, and the command is waited for here.
    let retained = unsafe Unmanaged.passRetained(self).toOpaque()
    let status = unsafe tcl_on_completion(
      event.library, event.handle, { unsafe PendingTransfer.end($2, $1) }, retained)
    if status != 0 {
      _ = tcl_wait(event.library, event.handle)
      unsafe PendingTransfer.end(retained, status)
    }
  }

  fileprivate func begin(
    _ queue: CommandQueue, _ buffer: OpenCLBuffer, offset: Int, _ operation: String
  ) throws(OpenCLError) {
    guard let base = unsafe memory.baseAddress, unsafe memory.count > 0 else { return arrival.come() }
    var handle = tcl_event()
    // SAFETY: the memory has `memory.count` bytes and lives until the command has ended, as `follow` sees to.
    let status = unsafe tcl_read(
      queue.library, queue.handle, buffer.handle, offset, memory.count, base, &handle)
    try queue.device.check(status, operation)
    follow(OpenCLEvent(library: queue.library, handle: handle))
    try queue.flush()
  }
}

extension CommandQueue {
  /// Asks for bytes of a buffer as they are when everything enqueued before has run, and hands it to the device.
  package func startReading(
    _ buffer: OpenCLBuffer, offset: Int, byteCount: Int
  ) throws(OpenCLError) -> PendingTransfer {
    precondition(
      offset >= 0 && byteCount >= 0 && offset + byteCount <= buffer.byteCount, "outside the buffer")
    let (device, operation) = (device, "read of \(byteCount) bytes")
    let transfer = PendingTransfer(byteCount: byteCount) { device.error(operation, $0) }
    try transfer.begin(self, buffer, offset: offset, operation)
    return transfer
  }
}
