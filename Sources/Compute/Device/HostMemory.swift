#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The memory that this process may still take, so that running out of it is an error instead of the end of the process.
package enum HostMemory {
  /// As many bytes as tests pretend to be available at most.
  @TaskLocal package static var pretended: Int?

  /// Bytes that are available: what the system could free, and what the control groups of this process and its limit of
  /// addresses leave; nil where the system does not say.
  package static var available: Int? {
    var bounds: [Int] = []
    if let free = text("/proc/meminfo").flatMap({ number(after: "MemAvailable:", in: $0) }) {
      bounds.append(free << 10)
    }
    for group in groups { bounds += [rest(of: group)].compactMap { $0 } }
    return (bounds + [pretended, addresses].compactMap { $0 }).min()
  }

  /// Bytes of addresses that the process may still take, or nil where they are not limited, as `ulimit -v` does.
  package static var addresses: Int? {
    var limit = rlimit()
    // SAFETY: the structure is alive during the call, which fills it.
    guard unsafe getrlimit(addressLimit, &limit) == 0, limit.rlim_cur < 1 << 60 else { return nil }
    let pages = text("/proc/self/statm").flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
    return max(0, Int(limit.rlim_cur) - pages * Int(getpagesize()))
  }

  #if canImport(Glibc)
    private static let addressLimit = __rlimit_resource_t(RLIMIT_AS.rawValue)
  #else
    private static let addressLimit = RLIMIT_AS
  #endif

  /// Whether so many bytes may be had, with an eighth of what is available, at most 256 MiB, left to everything else.
  ///
  /// Less than a mebibyte is not worth asking.
  package static func mayHold(_ byteCount: Int) -> Bool {
    guard byteCount >= 1 << 20, let available else { return byteCount < 1 << 46 }
    return byteCount <= available - min(available / 8, 256 << 20)
  }

  /// A folder of files about a control group, and what they are called.
  private struct Group {
    let folder, limit, usage, cache: String
  }

  /// The control groups that bound this process, from its own to the root.
  private static let groups: [Group] = {
    var found: [Group] = []
    for line in (text("/proc/self/cgroup") ?? "").split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let isUnified = parts[0] == "0"
      guard isUnified || parts[1].split(separator: ",").contains("memory") else { continue }
      let root = isUnified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory"
      var folder = parts[2]
      while true {
        found.append(
          isUnified
            ? Group(
              folder: root + folder, limit: "memory.max", usage: "memory.current", cache: "inactive_file")
            : Group(
              folder: root + folder, limit: "memory.limit_in_bytes", usage: "memory.usage_in_bytes",
              cache: "total_inactive_file"))
        guard let end = folder.lastIndex(of: "/"), folder.count > 1 else { break }
        folder = end == folder.startIndex ? "/" : folder[..<end]
      }
    }
    return found
  }()

  private static func rest(of group: Group) -> Int? {
    func number(_ name: String) -> Int? {
      text("\(group.folder)/\(name)").flatMap { Int($0.filter { !$0.isWhitespace }) }
    }
    // A group without a limit says "max", or a number beyond every memory.
    guard let limit = number(group.limit), limit < 1 << 60, let usage = number(group.usage) else {
      return nil
    }
    let cached = text("\(group.folder)/memory.stat").flatMap { self.number(after: group.cache + " ", in: $0) }
    return max(0, limit - usage + (cached ?? 0))
  }

  /// The number that follows a word at the beginning of a line.
  private static func number(after word: String, in text: String) -> Int? {
    let line = text.split(separator: "\n").first { $0.hasPrefix(word) }
    return line.flatMap { Int($0.dropFirst(word.count).drop { $0 == " " }.prefix { $0.isNumber }) }
  }

  /// The first 64 KiB of a file; nil where there is none.
  private static func text(_ path: String) -> String? {
    // SAFETY: the path ends with a zero, and no more bytes are read than the array holds.
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { _ = close(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
    return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
  }
}
