import Foundation

/// Resident memory of this process, in bytes, as Linux counts it.
struct ProcessMemory {
  /// Now.
  let resident: Int
  /// The most since ``forgetPeak()``, or since the start.
  let peak: Int

  /// The figures of a reply.
  var numbers: [String: [Double]] { ["resident": [Double(resident)], "peak": [Double(peak)]] }

  /// Reads `/proc/self/status`.
  static func current() throws -> ProcessMemory {
    let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    func bytes(_ field: String) throws -> Int {
      let line = text.split(separator: "\n").first { $0.hasPrefix(field + ":") }
      let words = line?.split(whereSeparator: \.isWhitespace) ?? []
      guard words.count >= 2, let kibibytes = Int(words[1]) else {
        throw Refusal("/proc/self/status does not give \(field); memory is measured on Linux only")
      }
      return kibibytes * 1024
    }
    return ProcessMemory(resident: try bytes("VmRSS"), peak: try bytes("VmHWM"))
  }

  /// Lets the peak begin at what is held now; see `clear_refs` in proc(5).
  static func forgetPeak() throws {
    try "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
  }

  /// Time of all threads, in user and system mode.
  static func processorSeconds() -> Double {
    Double(clock()) / Double(CLOCKS_PER_SEC)
  }
}
