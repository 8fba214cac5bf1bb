import Compute

/// Memory of a device that outlives sessions, for parameters.
final class OpenCLMemory: DeviceBuffer {
  let buffer: OpenCLBuffer
  let byteCount: Int
  let engine: OpenCLEngine

  init(_ buffer: OpenCLBuffer, _ byteCount: Int, _ engine: OpenCLEngine) {
    self.buffer = buffer
    self.byteCount = byteCount
    self.engine = engine
  }

  // Some drivers do not keep memory alive that commands still use.
  deinit {
    engine.drainLanes()
    engine.queue.drain()
  }

  func write(_ bytes: [UInt8]) throws {
    precondition(bytes.count == byteCount, "a write covers the whole buffer")
    // Lanes do not wait for this queue, nor this one for them.
    engine.drainLanes()
    try engine.translating { () throws(OpenCLError) in
      try engine.queue.enqueueWrite(copyOf: bytes, to: buffer)
    }
  }

  func read() async throws -> [UInt8] {
    try await engine.read(buffer, offset: 0, byteCount: byteCount)
  }
}
