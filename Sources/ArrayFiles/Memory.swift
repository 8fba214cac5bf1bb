internal import Compute

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The memory of the machine, as a limit for what files may ask for.
package enum Memory {
  /// Bytes of memory that the machine has.
  package static let size = max(1 << 30, sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)))

  /// Refuses what the machine cannot hold, before anything is allocated.
  ///
  /// - Throws: ``FileError`` if there are more bytes than the machine has memory, or than are available now.
  package static func check(_ count: Int, _ path: String, at place: String? = nil) throws(FileError) {
    guard count <= size else {
      throw FileError(path, at: place, "takes \(count) bytes; this machine has \(size) bytes of memory")
    }
    guard HostMemory.mayHold(count) else {
      throw FileError(
        path, at: place,
        "takes \(count) bytes, and \(HostMemory.available ?? 0) bytes of memory are available")
    }
  }
}

extension [UInt8] {
  /// Bytes that are written by `fill`, which returns how many it wrote.
  ///
  /// - Parameter count: The length of the buffer that `fill` gets.
  @unsafe static func filled(
    _ count: Int, by fill: (UnsafeMutableRawBufferPointer) throws(FileError) -> Int
  ) throws(FileError) -> [UInt8] {
    var failure: FileError?
    // SAFETY: as many bytes are kept as `fill` says it wrote.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      do throws(FileError) {
        initialized = try unsafe fill(
          UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }
}
