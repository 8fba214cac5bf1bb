import ComputeTestSupport
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

  /// Writes a file whose name, and that of the folder it lies in, are any bytes.
  public func write(_ bytes: [UInt8], inRaw folder: [UInt8], as name: [UInt8]) throws {
    func terminated(_ bytes: [UInt8]) -> [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }
    let directory = Array(path.utf8) + [UInt8(ascii: "/")] + folder
    // SAFETY: both paths end with a zero and are alive during the calls.
    unsafe mkdir(terminated(directory), 0o755)
    guard let file = unsafe fopen(terminated(directory + [UInt8(ascii: "/")] + name), "wb") else {
      throw CheckFailure("no file can be made in \(path)")
    }
    // SAFETY: the file is open and closed once; the bytes are alive during the call.
    defer { unsafe fclose(file) }
    guard unsafe fwrite(bytes, 1, bytes.count, file) == bytes.count else {
      throw CheckFailure("no bytes can be written in \(path)")
    }
  }

  /// Makes a file longer by a hole, which takes no place.
  public func enlarge(_ name: String, to size: Int) throws {
    // SAFETY: the path ends with a zero and is alive during the call.
    guard unsafe truncate(path(name), off_t(size)) == 0 else {
      throw CheckFailure("no hole can be made in \(path)")
    }
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
