internal import Compute
internal import Synchronization

/// Memory that starts on a page, so that vector loads and stores of kernels are aligned.
final class AlignedMemory: Sendable {
  // SAFETY: the address never changes; what lies there is only touched on the device's queue.
  nonisolated(unsafe) let base: UnsafeMutableRawPointer
  let byteCount: Int
  /// Whether a setup could not write what belongs here, for whoever shares it.
  let isIncomplete = Atomic(false)

  /// Allocates memory whose bytes are all `initialByte`.
  init(byteCount: Int, initialByte: UInt8 = 0) throws {
    self.byteCount = byteCount
    guard byteCount < 1 << 46 else {
      throw DeviceError(.outOfMemory, on: "cpu", "\(byteCount) bytes cannot be had; use a smaller batch")
    }
    base = UnsafeMutableRawPointer.allocate(byteCount: max(byteCount, 64), alignment: 4096)
    base.initializeMemory(as: UInt8.self, repeating: initialByte, count: max(byteCount, 64))
  }

  deinit { base.deallocate() }

  func write(_ bytes: ArraySlice<UInt8>, at offset: Int) {
    precondition(offset >= 0 && offset + bytes.count <= byteCount, "the bytes do not fit")
    bytes.withUnsafeBytes { source in
      // SAFETY: the range was checked against the allocation.
      if let start = source.baseAddress {
        base.advanced(by: offset).copyMemory(from: start, byteCount: source.count)
      }
    }
  }

  /// The bytes where they lie.
  func bytes(at offset: Int, count: Int) -> UnsafeRawBufferPointer {
    precondition(offset >= 0 && offset + count <= byteCount, "the range lies outside")
    // SAFETY: the range was checked against the allocation.
    return UnsafeRawBufferPointer(start: base.advanced(by: offset), count: count)
  }
}

/// Memory of a parameter.
struct CPUBuffer: DeviceBuffer {
  let memory: AlignedMemory
  let pool: ThreadPool

  var byteCount: Int { memory.byteCount }

  func write(_ bytes: [UInt8]) throws {
    precondition(bytes.count == byteCount, "a buffer of \(byteCount) bytes is written whole")
    pool.enqueue { [memory] in memory.write(bytes[...], at: 0) }
  }

  func read() async throws -> [UInt8] {
    await withCheckedContinuation { continuation in
      pool.enqueue { [memory] in
        continuation.resume(returning: [UInt8](memory.bytes(at: 0, count: memory.byteCount)))
      }
    }
  }
}
