#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A folder whose entries are looked at.
package struct Folder: Sendable {
  /// The folder, as the user named it.
  package let path: String
  /// The names in it in order of their bytes, without those that begin with a period.
  package let names: [String]

  /// Lists a folder.
  ///
  /// - Throws: ``FileError`` if it is missing, no folder or may not be read.
  package init(_ path: String) throws(FileError) {
    let status: FileDescriptor.Status
    do throws(SystemError) {
      status = try FileDescriptor.status(of: path)
    } catch {
      throw FileError(path, error.isMissing ? "there is no such folder" : error.message)
    }
    guard status.isFolder else { throw FileError(path, "is a file, not a folder") }
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path).filter { !$0.hasPrefix(".") }
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    } catch {
      throw FileError(path, "the folder cannot be read")
    }
    self.path = path
  }

  /// The path of an entry.
  package func path(of name: String) -> String { path.hasSuffix("/") ? path + name : "\(path)/\(name)" }

  /// Whether a path names a folder that can be looked at.
  package static func isFolder(_ path: String) -> Bool {
    (try? FileDescriptor.status(of: path).isFolder) ?? false
  }
}
