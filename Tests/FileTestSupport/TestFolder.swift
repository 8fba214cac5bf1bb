import Foundation

/// A folder for the files of one test, removed with it.
public final class TestFolder {
  /// Where it is.
  public let path: String

  /// Makes an empty one.
  public init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("tremor-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file in it.
  public func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file, making the folders that it lies in.
  @discardableResult
  public func write(_ bytes: [UInt8], as name: String) throws -> String {
    let url = URL(fileURLWithPath: path(name))
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
    return path(name)
  }

  /// The names of everything in the folder, hidden files included.
  public var names: Set<String> {
    Set((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
  }

  /// The regular files in it and below, by their paths.
  public var files: [String] {
    let paths = (FileManager.default.subpaths(atPath: path) ?? []).map(path(_:))
    return paths.filter { path in
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      return attributes?[.type] as? FileAttributeType == .typeRegular
    }
  }
}
