import Benchmarking
import Foundation

/// The checkout that the benchmarks were built from, as far as the tools of the path know it.
enum Checkout {
  /// The folder of the package of benchmarks.
  static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  /// How and when this process came about.
  static func origin() -> BenchmarkReport.Origin {
    let status = answer("git", ["-C", folder, "status", "--porcelain"])
    return BenchmarkReport.Origin(
      date: Date().formatted(.iso8601), commandLine: ["benchmarks"] + CommandLine.arguments.dropFirst(),
      commit: answer("git", ["-C", folder, "rev-parse", "HEAD"]) ?? "unknown",
      isModified: status.map { !$0.isEmpty } ?? false,
      // The compiler of the path, which `swift run` has just built this program with.
      compiler: answer("swift", ["--version"])?.split(separator: "\n").first.map(String.init) ?? "unknown",
      loadBefore: MachineDescription.loadAverages)
  }

  /// What a tool prints, or nil if it is not there or fails.
  private static func answer(_ tool: String, _ arguments: [String]) -> String? {
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [tool] + arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil, let data = try? output.fileHandleForReading.readToEnd() else {
      return nil
    }
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
