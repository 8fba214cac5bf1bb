#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The memory of the machine, as a limit for what files may ask for.
package enum Memory {
  /// Bytes of memory that this process may have: those of the machine, or fewer where a container limits them.
  package static let size: Int = {
    let machine = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    let limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
    return max(1 << 26, limits.compactMap { number(in: $0) }.reduce(machine) { min($0, $1) })
  }()

  /// Bytes that can be had now without pushing anything out; ``size`` where the system does not tell.
  package static var available: Int {
    guard let text = text(of: "/proc/meminfo") else { return size }
    let kibibytes = text.split(separator: "\n").reduce(into: [Substring: Int]()) { numbers, line in
      let words = line.split(separator: " ")
      if words.count > 1 { numbers[words[0]] = Int(words[1]) }
    }
    guard let free = kibibytes["MemAvailable:"] else { return size }
    return min(size, (free + kibibytes["SwapFree:", default: 0]) * 1_024)
  }

  /// What is smaller than this is not compared with what is free at the moment.
  private static let unquestioned = 1 << 28

  /// Refuses what the machine cannot hold, before anything is allocated.
  ///
  /// - Throws: ``FileError`` if there are more bytes than the machine has memory, or than are free where there are
  ///   many.
  package static func check(_ count: Int, _ path: String, at place: String? = nil) throws(FileError) {
    guard count <= size else {
      throw FileError(path, at: place, "takes \(count) bytes; this machine has \(size) bytes of memory")
    }
    guard count > unquestioned, case let available = available, count > available else { return }
    throw FileError(
      path, at: place, "takes \(count) bytes of memory, and \(available) bytes are free on this machine")
  }

  private static func number(in path: String) -> Int? {
    text(of: path).flatMap { Int($0.split(separator: "\n").first ?? "") }
  }

  /// What a file of the system says; such files do not tell their length.
  private static func text(of path: String) -> String? {
    guard let file = try? FileDescriptor.opened(path, flags: O_RDONLY) else { return nil }
    // SAFETY: the buffer has the length that it is given.
    let bytes = try? unsafe [UInt8].filled(1 << 13) { buffer throws(FileError) in
      do throws(SystemError) {
        return try unsafe file.read(into: buffer, at: 0)
      } catch {
        throw FileError(path, error.message)
      }
    }
    return bytes.map { String(decoding: $0, as: UTF8.self) }
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
