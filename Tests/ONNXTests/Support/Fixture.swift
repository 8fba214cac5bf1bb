import ArrayFiles
import Foundation
import ONNX

/// A small model of the project's own, with inputs of three samples and the outputs they should give.
struct Fixture: Sendable, CustomStringConvertible {
  let name: String
  var description: String { name }

  static let all = ["convolutional", "perceptron", "recurrent", "functional"].map(Fixture.init)

  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")

  var path: String { Self.folder.appending(path: name + ".onnx").path }

  func model() throws -> ONNXModel { try ONNXModel(contentsOf: path) }
  func bytes() throws -> [UInt8] { try InputFile(path).read() }
  func inputs() throws -> [StoredArray] { try arrays("input") }
  func outputs() throws -> [StoredArray] { try arrays("output") }

  private func arrays(_ kind: String) throws -> [StoredArray] {
    let archive = try NPZArchive(Self.folder.appending(path: name + ".npz").path)
    let count = archive.names.count { $0.hasPrefix(kind + "_") }
    return try (0..<count).map { try archive.array("\(kind)_\($0)") }
  }
}
