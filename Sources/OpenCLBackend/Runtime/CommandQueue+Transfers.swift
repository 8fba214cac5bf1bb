import COpenCL

extension CommandQueue {
  /// Copies bytes of the host into a buffer; the bytes may change once this returns.
  ///
  /// Waits in place for what was enqueued before, so it belongs to setting up, not to a loop. The offset is
  /// in bytes.
  package func write(
    _ bytes: UnsafeRawBufferPointer, to buffer: OpenCLBuffer, offset: Int = 0
  ) throws(OpenCLError) {
    // SAFETY: the call returns when the bytes have been copied.
    try unsafe write(bytes, to: buffer, offset: offset, blocking: true)
  }

  /// Copies the elements of an array into a buffer; waits in place like `write(_:to:offset:)` of bytes.
  package func write<Element: BitwiseCopyable>(
    _ elements: [Element], to buffer: OpenCLBuffer, offset: Int = 0
  ) throws(OpenCLError) {
    // SAFETY: the array lends its memory for the call, which returns when the bytes have been copied.
    try unsafe elements.withUnsafeBufferPointer { (elements) throws(OpenCLError) in
      try unsafe write(UnsafeRawBufferPointer(elements), to: buffer, offset: offset)
    }
  }

  /// Enqueues a copy of bytes of the host into a buffer and returns at once.
  ///
  /// The bytes must stay where they are, unchanged, until a later ``finish()`` has returned or thrown.
  package func enqueueWrite(
    _ bytes: UnsafeRawBufferPointer, to buffer: OpenCLBuffer, offset: Int = 0
  ) throws(OpenCLError) {
    // SAFETY: the caller keeps the bytes, as this function demands.
    try unsafe write(bytes, to: buffer, offset: offset, blocking: false)
  }

  /// Enqueues a copy of an array into a buffer and returns at once, without a claim on the array.
  package func enqueueWrite(
    copyOf bytes: [UInt8], to buffer: OpenCLBuffer, offset: Int = 0
  ) throws(OpenCLError) {
    requireInside(buffer, offset, bytes.count)
    guard bytes.count > 0 else { return }
    let copy = UnsafeMutableRawPointer.allocate(byteCount: bytes.count, alignment: 16)
    // SAFETY: the copy has as many bytes as the array.
    unsafe copy.copyMemory(from: bytes, byteCount: bytes.count)
    var event = tcl_event()
    // SAFETY: the copy lives until the command has ended, or until the call has failed.
    let status = unsafe tcl_write(library, handle, buffer.handle, 0, offset, bytes.count, copy, &event)
    guard status == 0 else {
      unsafe copy.deallocate()
      throw device.error("write of \(bytes.count) bytes", OpenCLStatus(rawValue: status))
    }
    let command = OpenCLEvent(library: library, handle: event)
    // SAFETY: nobody else knows the copy.
    unsafe command.whenCompleted(deallocate: copy)
  }

  /// Copies from a buffer into memory of the host, and waits without holding a thread.
  ///
  /// The memory must stay where it is until this returns or throws. The offset is in bytes.
  package func read(
    _ buffer: OpenCLBuffer, offset: Int = 0, into bytes: UnsafeMutableRawBufferPointer
  ) async throws(OpenCLError) {
    requireInside(buffer, offset, bytes.count)
    guard let base = bytes.baseAddress, bytes.count > 0 else { return }
    var event = tcl_event()
    // SAFETY: the caller keeps the memory until the wait below has ended, and it has `bytes.count` bytes.
    let status = unsafe tcl_read(library, handle, buffer.handle, offset, bytes.count, base, &event)
    try device.check(status, "read of \(bytes.count) bytes")
    try await completion(of: OpenCLEvent(library: library, handle: event), "read of \(bytes.count) bytes")
  }

  /// The elements that lie in a buffer, from an offset in bytes; waits without holding a thread.
  package func read<Element: BitwiseCopyable>(
    _ type: Element.Type, from buffer: OpenCLBuffer, offset: Int = 0, count: Int
  ) async throws(OpenCLError) -> [Element] {
    // An array cannot lend its memory across a suspension, so the device writes here first.
    let elements = UnsafeMutableBufferPointer<Element>.allocate(capacity: count)
    // SAFETY: the read below has ended, well or not, before the memory is given back.
    defer { unsafe elements.deallocate() }
    try await unsafe read(buffer, offset: offset, into: UnsafeMutableRawBufferPointer(elements))
    // SAFETY: the device wrote all `count` elements, and every bit pattern is a value of such a type.
    return unsafe Array(elements)
  }

  /// The bytes that lie in a buffer; waits in place, so it belongs to setting up.
  package func readInPlace(
    _ buffer: OpenCLBuffer, offset: Int = 0, byteCount: Int
  ) throws(OpenCLError) -> [UInt8] {
    requireInside(buffer, offset, byteCount)
    var bytes = [UInt8](repeating: 0, count: byteCount)
    if byteCount == 0 { return bytes }
    let operation = "read of \(byteCount) bytes"
    let status = unsafe bytes.withUnsafeMutableBytes { bytes -> Int32 in
      guard let base = bytes.baseAddress else { return 0 }
      var event = tcl_event()
      // SAFETY: the memory has `byteCount` bytes, and the wait below ends before the array takes it back.
      let status = unsafe tcl_read(library, handle, buffer.handle, offset, byteCount, base, &event)
      if status != 0 { return status }
      let read = OpenCLEvent(library: library, handle: event)
      return tcl_wait(library, read.handle)
    }
    try device.check(status, operation)
    return bytes
  }

  /// Enqueues a copy between buffers, which must not overlap.
  ///
  /// Offsets and the count are in bytes.
  package func copy(
    from source: OpenCLBuffer, at sourceOffset: Int = 0, to destination: OpenCLBuffer,
    at destinationOffset: Int = 0, byteCount: Int
  ) throws(OpenCLError) {
    requireInside(source, sourceOffset, byteCount)
    requireInside(destination, destinationOffset, byteCount)
    if byteCount == 0 { return }
    try device.check(
      tcl_copy(
        library, handle, source.handle, destination.handle, sourceOffset, destinationOffset, byteCount),
      "copy of \(byteCount) bytes")
  }

  /// Enqueues a fill of a buffer, or of a part of it, with copies of a value of 1, 2, 4, 8 or 16 bytes.
  ///
  /// Offset and count are in bytes, multiples of the size of the value; without a count, the fill reaches to
  /// the end.
  package func fill<Value: BitwiseCopyable>(
    _ buffer: OpenCLBuffer, with value: Value, offset: Int = 0, byteCount: Int? = nil
  ) throws(OpenCLError) {
    let count = byteCount ?? buffer.byteCount - offset
    requireInside(buffer, offset, count)
    if count == 0 { return }
    let status = unsafe withUnsafeBytes(of: value) { pattern in
      // SAFETY: the pattern is copied before the call returns.
      unsafe tcl_fill(library, handle, buffer.handle, pattern.baseAddress, pattern.count, offset, count)
    }
    try device.check(status, "fill of \(count) bytes")
  }

  private func write(
    _ bytes: UnsafeRawBufferPointer, to buffer: OpenCLBuffer, offset: Int, blocking: Bool
  ) throws(OpenCLError) {
    requireInside(buffer, offset, bytes.count)
    guard let base = bytes.baseAddress, bytes.count > 0 else { return }
    // SAFETY: the memory has `bytes.count` bytes, and is kept by the caller where the call does not wait.
    let status = unsafe tcl_write(
      library, handle, buffer.handle, blocking ? 1 : 0, offset, bytes.count, base, nil)
    try device.check(status, "write of \(bytes.count) bytes")
  }

  private func requireInside(_ buffer: OpenCLBuffer, _ offset: Int, _ byteCount: Int) {
    precondition(
      offset >= 0 && byteCount >= 0 && offset + byteCount <= buffer.byteCount, "outside the buffer")
  }
}
