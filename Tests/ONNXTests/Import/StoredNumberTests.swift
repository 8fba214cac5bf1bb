import ArrayFiles
import Compute
import Foundation
import Networks
import Testing

@testable import ONNX

/// What numbers a file may store, and where it may keep them.
@Suite struct StoredNumberTests {
  /// A sum with a stored array, and one that nothing reads.
  private func builder(_ mask: [Float], unread: Float = 0) -> ModelBuilder {
    var builder = ModelBuilder()
    builder.input("x", ["N", 3])
    builder.output("y", ["N", 3])
    builder.weight("mask", [3], mask)
    builder.weight("unread", [1], [unread])
    builder.node("Add", ["x", "mask"], ["h"])
    builder.node("Softmax", ["h"], ["y"])
    return builder
  }

  @Test func takesInfinitiesInMasks() throws {
    let model = try builder([-0.5, 1.25, -.infinity], unread: .nan).model().model()
    let scores = try model.interpreted(.scattered([2, 3]))[0].values
    #expect(scores[2] == 0 && scores[5] == 0 && scores.allSatisfy(\.isFinite))
  }

  @Test func refusesWhatIsRead() {
    let error = #expect(throws: FileError.self) { try builder([0, .nan, 1]).model() }
    #expect(error?.description == "test.onnx: initializer 'mask': element [1] is not a number")
  }

  @Test func readsDataBehindLinks() throws {
    let place = FileManager.default.temporaryDirectory.appending(path: "tremor-hub-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: place) }
    let (blobs, snapshot, other) = (
      place.appending(path: "blobs"), place.appending(path: "snapshots/abc"), place.appending(path: "linked")
    )
    for folder in [blobs, snapshot, other] {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
    var builder = ModelBuilder.small()
    builder.proto.graph.initializer[0].floatData = []
    builder.proto.graph.initializer[0].dataLocation = .external
    builder.proto.graph.initializer[0].externalData = [Self.entry("location", "net.data")]
    let weights = (1...6).map { Float($0) }
    try Data(try builder.bytes()).write(to: blobs.appending(path: "aa"))
    try Data(StoredArray(shape: [6], floats: weights).bytes).write(to: blobs.appending(path: "bb"))
    func link(_ link: URL, _ target: String) throws {
      try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: target)
    }
    try link(snapshot.appending(path: "net.onnx"), "../../blobs/aa")
    try link(snapshot.appending(path: "net.data"), "../../blobs/bb")
    try link(blobs.appending(path: "net.data"), "bb")
    try link(other.appending(path: "net.onnx"), "../blobs/aa")
    for folder in [snapshot, other] {
      let model = try ONNXModel(contentsOf: folder.appending(path: "net.onnx").path).model()
      #expect(model.values["w"]?.floats == weights, "\(folder.lastPathComponent)")
    }
    // A link that leads out of both folders.
    try Data(StoredArray(shape: [6], floats: weights).bytes).write(to: place.appending(path: "secret"))
    try FileManager.default.removeItem(at: snapshot.appending(path: "net.data"))
    try link(snapshot.appending(path: "net.data"), "../../secret")
    let error = #expect(throws: FileError.self) {
      try ONNXModel(contentsOf: snapshot.appending(path: "net.onnx").path)
    }
    #expect(
      error?.message.contains("lies outside") == true
        && error?.message.contains(blobs.lastPathComponent) == true)
  }

  @Test func namesTheFolderOfMissingData() {
    let folder = ModelFolder("/nonexistent/models")
    let data = try? ExternalData([Self.entry("location", "net.data")])
    let error = #expect(throws: ImportError.self) { try data?.bytes(in: folder, expecting: 4) }
    #expect(error?.message.contains("'/nonexistent/models'") == true)
  }

  @Test func countsWhatIsReadAgain() throws {
    let folder = ModelFolder("/nonexistent/models")
    try folder.take(1 << 20)
    let error = #expect(throws: ImportError.self) { for _ in 0..<64 { try folder.take(1 << 60) } }
    #expect(error?.message.contains("memory") == true)
  }

  private static func entry(_ key: String, _ value: String) -> StringStringEntryProto {
    var entry = StringStringEntryProto()
    (entry.key, entry.value) = (key, value)
    return entry
  }
}
