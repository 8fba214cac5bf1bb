/// A place in a program that builds graphs.
public struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
  /// The module and file, as `#fileID` gives them.
  public let fileID: String
  /// The line, from 1; 0 where `fileID` is a name of another kind, such as that of a node of a model's file.
  public let line: Int

  init(_ fileID: StaticString, _ line: UInt) {
    self.fileID = "\(fileID)"
    self.line = Int(line)
  }

  init(fileID: String, line: Int) {
    self.fileID = fileID
    self.line = line
  }

  /// Whether the place lies in this library, so that the caller's own place says more.
  var isInternal: Bool { fileID.hasPrefix("Compute/") }

  /// The file and the line, as in `App/Model.swift:12`.
  public var description: String { line == 0 ? fileID : "\(fileID):\(line)" }
}
