internal import ArrayFiles
internal import Foundation

/// Where files with the external data of a model may lie, and how much was read of them.
///
/// That is the folder in which the user named the model, and the folder of the file that is really meant: in the cache of
/// a model hub models and their data are links to files elsewhere.
final class ModelFolder {
  /// The folder in which the model was named.
  let named: String
  /// The folders that files may really lie in.
  private let allowed: [String]
  /// Bytes that were read.
  private var count = 0

  /// The folder of a file.
  convenience init(of path: String) {
    let url = URL(fileURLWithPath: path)
    self.init(
      url.deletingLastPathComponent().path,
      real: url.resolvingSymlinksInPath().deletingLastPathComponent().path)
  }

  /// - Parameters:
  ///   - named: The folder that locations are relative to.
  ///   - real: Another one, where files are looked for that are not there.
  init(_ named: String, real: String? = nil) {
    self.named = named
    let own = URL(fileURLWithPath: named, isDirectory: true).resolvingSymlinksInPath().path
    allowed = [own] + (real.map { $0 == own ? [] : [$0] } ?? [])
  }

  /// The files' folders, for messages.
  var description: String { allowed.map { "'\($0)'" }.joined(separator: " or ") }

  /// The path of a file, links resolved.
  ///
  /// - Parameter location: Relative to the folder, and inside it.
  /// - Throws: ``ImportError`` for a link that leads elsewhere.
  func path(of location: String) throws -> String {
    let places = [named] + allowed
    let candidates = places.map {
      URL(fileURLWithPath: $0, isDirectory: true).appendingPathComponent(location)
    }
    let found = candidates.first { FileManager.default.fileExists(atPath: $0.path) } ?? candidates[0]
    let path = found.resolvingSymlinksInPath().path
    guard allowed.contains(where: { path.hasPrefix($0 == "/" ? $0 : $0 + "/") }) else {
      throw ImportError(
        "external data in '\(location)', which is a link to '\(path)'; that lies outside \(description)")
    }
    return path
  }

  /// Counts bytes before they are read.
  ///
  /// Half of the memory, because a weight is there twice at least: as it was read, and as a device has it.
  ///
  /// - Throws: ``ImportError`` for more than the machine can hold.
  func take(_ bytes: Int) throws {
    let limit = Memory.size / 2
    let (sum, overflows) = count.addingReportingOverflow(bytes)
    guard !overflows, sum <= limit else {
      throw ImportError(
        "the external data up to here take \(overflows ? "2^63" : "\(sum)") bytes, more than half of this machine's memory of "
          + "\(Memory.size) bytes")
    }
    count = sum
  }
}
