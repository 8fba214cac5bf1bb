import ArrayFiles
import Foundation

/// A folder for results, made when it is missing and taken away again when nothing came of it.
final class OutputFolder {
  private let path: String
  private var isKept: Bool
  private var cleanup: Int?

  /// Makes the folder.
  ///
  /// - Throws: `FileError` if it cannot be made or there is something else of this name.
  init(_ path: String) throws {
    self.path = path
    let files = FileManager.default
    if let kind = try? files.attributesOfItem(
      atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)[.type]
    {
      guard kind as? FileAttributeType == .typeDirectory else {
        throw FileError(path, "is a file, and a folder for the outputs is needed")
      }
      isKept = true
      return
    }
    do {
      try files.createDirectory(atPath: path, withIntermediateDirectories: false)
    } catch {
      throw FileError(path, "the folder cannot be made; is there a folder to make it in?")
    }
    isKept = false
    cleanup = Interruption.atEnd { _ = unsafe rmdir(path) }
  }

  deinit {
    if let cleanup { Interruption.forget(cleanup) }
    // Only an empty folder is taken away.
    if !isKept { _ = unsafe rmdir(path) }
  }

  /// The path of a file in the folder.
  func path(of name: String) -> String {
    path == "." ? name : (path.hasSuffix("/") ? path : path + "/") + name
  }

  /// Makes the folder stay.
  func keep() { isKept = true }
}
