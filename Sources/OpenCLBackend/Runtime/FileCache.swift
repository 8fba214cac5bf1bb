#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Files in a folder of limited size, of which the least recently used go first.
package struct FileCache: Sendable {
  /// The folder that the limit holds for.
  private let root: URL
  /// The folder in it that this cache reads and writes.
  private let folder: URL
  /// The most bytes that all files under the root may have.
  private let limit: Int

  /// Creates a cache in a section of a folder.
  ///
  /// - Parameters:
  ///   - root: The folder, which is created when it is first written to.
  ///   - section: The name of a folder in it.
  ///   - limit: In bytes.
  package init(root: String, section: String, limit: Int = 256 << 20) {
    self.root = URL(fileURLWithPath: root, isDirectory: true)
    self.folder = self.root.appendingPathComponent(section, isDirectory: true)
    self.limit = limit
  }

  /// The content of a file, or nil if it is missing or damaged; a damaged file is removed.
  package func content(of name: String) -> [UInt8]? {
    let file = folder.appendingPathComponent(name)
    guard let data = try? Data(contentsOf: file) else { return nil }
    guard let content = CachedFile.opened(Array(data)) else {
      remove(name)
      return nil
    }
    // Many systems do not record when a file was read, so the date of change stands for it.
    try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: file.path)
    return content
  }

  /// Writes a file so that a reader finds all of it or nothing, and removes old files beyond the limit.
  ///
  /// - Throws: What keeps the folder or the file from being written.
  package func store(_ content: [UInt8], as name: String) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    // An atomic write is a write to a temporary file beside and a rename.
    let file = folder.appendingPathComponent(name)
    try Data(CachedFile.sealed(content)).write(to: file, options: .atomic)
    trim()
  }

  /// Removes a file if it is there.
  package func remove(_ name: String) {
    try? FileManager.default.removeItem(at: folder.appendingPathComponent(name))
  }

  private struct Entry {
    let path: String
    let size: Int
    let used: Date
  }

  /// Removes the least recently used files, but not the last one, until the rest is within the limit.
  private func trim() {
    var entries = entries.sorted { $0.used < $1.used }
    var total = entries.reduce(0) { $0 + $1.size }
    while total > limit, entries.count > 1 {
      let oldest = entries.removeFirst()
      try? FileManager.default.removeItem(atPath: oldest.path)
      total -= oldest.size
    }
  }

  /// All files under the root: also those of other devices, and temporary files that were left.
  private var entries: [Entry] {
    let paths = (try? FileManager.default.subpathsOfDirectory(atPath: root.path)) ?? []
    return paths.compactMap { path in
      let path = root.appendingPathComponent(path).path
      let attributes = (try? FileManager.default.attributesOfItem(atPath: path)) ?? [:]
      guard attributes[.type] as? FileAttributeType == .typeRegular else { return nil }
      // The type of the number differs between systems.
      let size = attributes[.size] as? Int ?? (attributes[.size] as? any BinaryInteger).map { Int($0) } ?? 0
      return Entry(path: path, size: size, used: attributes[.modificationDate] as? Date ?? .distantPast)
    }
  }
}
