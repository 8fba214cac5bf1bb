internal import Foundation

/// The machine that times were taken on.
public struct MachineDescription: Hashable, Sendable, Codable {
  /// The processor's name as its maker writes it.
  public let processor: String
  /// How many cores the system offers.
  public let cores: Int
  /// Main memory in bytes.
  public let memoryBytes: UInt64
  /// The operating system and its version.
  public let system: String

  /// Describes a machine.
  public init(processor: String, cores: Int, memoryBytes: UInt64, system: String) {
    self.processor = processor
    self.cores = cores
    self.memoryBytes = memoryBytes
    self.system = system
  }

  /// This machine.
  public static var current: MachineDescription {
    let process = ProcessInfo.processInfo
    return MachineDescription(
      processor: processorName ?? "unknown processor", cores: process.activeProcessorCount,
      memoryBytes: process.physicalMemory, system: process.operatingSystemVersionString)
  }

  /// How many processes waited for a core on average over the last minute, 5 and 15 minutes; empty if nobody knows.
  public static var loadAverages: [Double] {
    var values = [0.0, 0, 0]
    // SAFETY: the function writes at most as many numbers as it is told to, which is as many as there are.
    let count = unsafe getloadavg(&values, 3)
    return Array(values.prefix(max(0, Int(count))))
  }

  /// A name for files: lower-case letters and digits of `name`, words joined by hyphens, without trade marks.
  public static func fileName(for name: String) -> String {
    let plain = name.replacingOccurrences(of: "(R)", with: "").replacingOccurrences(of: "(TM)", with: "")
    let words = plain.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return words.isEmpty ? "unknown" : words.joined(separator: "-")
  }

  private static var processorName: String? {
    #if os(macOS)
      return systemString("machdep.cpu.brand_string")
    #else
      guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else { return nil }
      let lines = text.split(separator: "\n").map { $0.split(separator: ":", maxSplits: 1) }
      let found = lines.first { $0.count == 2 && $0[0].trimmingCharacters(in: .whitespaces) == "model name" }
      return found.map { $0[1].trimmingCharacters(in: .whitespaces) }
    #endif
  }

  #if os(macOS)
    private static func systemString(_ name: String) -> String? {
      var count = 0
      // SAFETY: without a place to write to, the call only says how many bytes there are.
      guard unsafe sysctlbyname(name, nil, &count, nil, 0) == 0 else { return nil }
      var bytes = [UInt8](repeating: 0, count: count)
      // SAFETY: it writes at most `count` bytes, which is as many as there are.
      guard unsafe sysctlbyname(name, &bytes, &count, nil, 0) == 0 else { return nil }
      return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  #endif
}
