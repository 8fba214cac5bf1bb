internal import Compute
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Memory that starts on a page, so that vector loads and stores of kernels are aligned.
final class AlignedMemory: Sendable {
  // SAFETY: the address never changes; what lies there is only touched on the device's queue.
  nonisolated(unsafe) let base: UnsafeMutableRawPointer
  let byteCount: Int
  /// Whether a setup could not write what belongs here, for whoever shares it.
  let isIncomplete = Atomic(false)

  /// Allocates memory whose bytes are all `initialByte`.
  ///
  /// - Throws: ``DeviceError`` of kind `outOfMemory`. Systems promise more memory than they have and end the process that
  ///   writes to it, so what is available is asked for first.
  init(byteCount: Int, initialByte: UInt8 = 0) throws {
    self.byteCount = byteCount
    let size = max(byteCount, 64)
    var memory: UnsafeMutableRawPointer?
    guard HostMemory.mayHold(size), posix_memalign(&memory, 4096, size) == 0, let memory else {
      let available = HostMemory.available.map { "; \($0) are available" } ?? ""
      throw DeviceError(
        .outOfMemory, on: "cpu",
        "there is no memory for \(byteCount) bytes more\(available); use a smaller batch (--batch)")
    }
    base = memory
    base.initializeMemory(as: UInt8.self, repeating: initialByte, count: size)
  }

  deinit { free(base) }

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
