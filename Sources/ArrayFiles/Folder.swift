#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder whose entries are looked at.
package struct Folder: Sendable {
  /// The folder, as the user named it.
  package let path: String
  /// The names in it in order of their bytes, without those that begin with a period.
  package let entries: [RawPath]
  private let location: RawPath

  /// Lists a folder.
  ///
  /// - Throws: ``FileError`` if it is missing, no folder or may not be read.
  package init(_ path: String) throws(FileError) { try self.init(RawPath(path)) }

  /// Lists a folder.
  ///
  /// - Throws: ``FileError`` if it is missing, no folder or may not be read.
  package init(_ location: RawPath) throws(FileError) {
    path = location.text
    self.location = location
    let status: FileDescriptor.Status
    do throws(SystemError) {
      status = try FileDescriptor.status(of: location)
    } catch {
      throw FileError(path, error.isMissing ? "there is no such folder" : error.message)
    }
    guard status.isFolder else { throw FileError(path, "is a file, not a folder") }
    do throws(SystemError) {
      entries = try Folder.list(location).filter { $0.bytes.first != UInt8(ascii: ".") }.sorted()
    } catch {
      throw FileError(path, "the folder cannot be read: \(error.message)")
    }
  }

  /// The names as people read them.
  package var names: [String] { entries.map(\.text) }

  /// The path of an entry.
  package func path(of name: String) -> String { location.appending(RawPath(name)).text }

  /// The path of an entry.
  package func path(of entry: RawPath) -> RawPath { location.appending(entry) }

  /// Whether a path names a folder that can be looked at.
  package static func isFolder(_ path: String) -> Bool { isFolder(RawPath(path)) }

  /// Whether a path names a folder that can be looked at.
  package static func isFolder(_ path: RawPath) -> Bool {
    (try? FileDescriptor.status(of: path).isFolder) ?? false
  }

  /// Everything that the system lists, in its order.
  private static func list(_ path: RawPath) throws(SystemError) -> [RawPath] {
    // SAFETY: the path ends with a zero and is alive during the call.
    guard let stream = unsafe opendir(path.terminated) else { throw SystemError() }
    // SAFETY: the stream was opened and is closed once.
    defer { unsafe closedir(stream) }
    var names: [RawPath] = []
    while true {
      errno = 0
      // SAFETY: the entry stays as it is until the next call.
      guard let entry = unsafe readdir(stream) else { break }
      // SAFETY: the system ends the name with a zero within the field.
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe RawPath(bytes.prefix { $0 != 0 })
      }
      names.append(name)
    }
    guard errno == 0 else { throw SystemError() }
    return names
  }
}
