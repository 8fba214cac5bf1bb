import ArrayFiles
import Foundation

/// Where the demo writes its models: a folder that stays, or a temporary one that goes with this value.
final class DemoFolder {
  /// Whether the folder goes with this value.
  let isTemporary: Bool
  private let folder: URL
  private var cleanup: Int?

  /// Finds or makes the folder, and proves that files of these names can be written there.
  ///
  /// - Parameter path: As the user named it; nil for a temporary folder.
  /// - Throws: `FileError` naming the folder or the file.
  init(_ path: String?, files: [String]) throws {
    let manager = FileManager.default
    isTemporary = path == nil
    folder = path.map { URL(filePath: $0) } ?? manager.temporaryDirectory.appending(path: "tremor-\(UUID())")
    do {
      try manager.createDirectory(at: folder, withIntermediateDirectories: path != nil)
    } catch {
      throw FileError(path ?? folder.path, "cannot be made or is no folder; name one that can be written")
    }
    if isTemporary {
      cleanup = Interruption.atEnd { [folder] in try? FileManager.default.removeItem(at: folder) }
    }
    for file in files { _ = try OutputFile(folder.appending(path: file).path) }
  }

  deinit {
    if let cleanup { Interruption.forget(cleanup) }
    // What cannot be removed is the system's to clear.
    if isTemporary { try? FileManager.default.removeItem(at: folder) }
  }

  /// Writes a file, whole or not at all.
  ///
  /// - Returns: Its path.
  func write(_ bytes: [UInt8], as name: String) throws -> String {
    let path = folder.appending(path: name).path
    var file = try OutputFile(path)
    try file.write(bytes)
    try file.commit()
    return path
  }
}
