/// Why a model cannot be written as ONNX.
public struct ExportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What stands in the way, and what to do about it where that is known.
  public let message: String

  init(_ message: String) { self.message = message }

  /// The message on one line.
  public var description: String { "ONNX export: \(message)" }
}
