internal import Synchronization

/// Bytes of the host that devices write to while it does something else.
public final class HostBytes: Sendable {
  private let bytes: Mutex<[UInt8]>
  /// Its size.
  public let byteCount: Int

  /// Makes room for so many bytes, whose values are unspecified.
  public init(byteCount: Int) {
    self.byteCount = byteCount
    // SAFETY: every bit pattern is a byte.
    bytes = unsafe Mutex([UInt8](unsafeUninitializedCapacity: byteCount) { $1 = byteCount })
  }

  /// Copies bytes to a place in these.
  ///
  /// - Precondition: They fit.
  public func write(_ source: UnsafeRawBufferPointer, at offset: Int) {
    precondition(offset >= 0 && offset + source.count <= byteCount, "the bytes do not fit")
    bytes.withLock { bytes in
      unsafe bytes.withUnsafeMutableBytes { target in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        // SAFETY: the range was checked.
        unsafe to.advanced(by: offset).copyMemory(from: from, byteCount: source.count)
      }
    }
  }

  /// The bytes, which are given away: there is no second copy of them.
  public func take() -> [UInt8] {
    bytes.withLock { bytes in
      defer { bytes = [] }
      return bytes
    }
  }
}

/// A read that has been asked for.
public struct PendingRead: Sendable {
  private let end: @Sendable () async throws -> Void

  /// Makes one from what waits for it, which is called once.
  public init(_ end: @escaping @Sendable () async throws -> Void) { self.end = end }

  /// Waits until the bytes are there; called once.
  public func wait() async throws { try await end() }
}
