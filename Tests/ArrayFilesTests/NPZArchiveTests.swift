import ArrayFiles
import ComputeTestSupport
import FileTestSupport
import Foundation
import Testing

@Suite struct NPZArchiveTests {
  @Test(arguments: ["stored.npz", "deflated.npz", "streamed.npz"])
  func whatNumpyWroteIsRead(name: String) throws {
    let archive = try NPZArchive(fixture(name))
    let images = StoredArray(shape: [2, 3, 4], doubles: fixtureNumbers, as: .float32)
    #expect(archive.names == ["images", "labels"])
    #expect(try archive.array("images") == images)
    #expect(try archive.array("images", rows: 1) == images.prefix(1))
    #expect(try archive.array("labels") == StoredArray(shape: [2], integers: [0, 1], as: .int64))
    #expect(try archive.type(of: "labels") == ([2], .int64))
  }

  @Test(arguments: [false, true])
  func writingAndReadingChangesNothing(compressed: Bool) throws {
    let folder = try TestFolder()
    let path = folder.path("arrays.npz")
    let large = StoredArray(
      shape: [1_000, 700], doubles: (0..<700_000).map { Double($0 % 1_013) }, as: .float32)
    let arrays: [(name: String, array: StoredArray)] =
      ArrayElement.allCases.filter { $0 != .bfloat16 }.map { (name: $0.rawValue, array: $0.sample) }
      + [("ein Name mit Umlaut ü", large), ("empty", StoredArray(shape: [0], doubles: [], as: .int8))]
    try NPZArchive.write(arrays, to: path, compressed: compressed)
    let archive = try NPZArchive(path)
    #expect(archive.names == arrays.map(\.name))
    for (name, array) in arrays { #expect(try archive.array(name) == array, "\(name)") }
    #expect((try InputFile(path).size < large.bytes.count) == compressed)
  }

  @Test func namesMustBeKnownAndUnique() throws {
    let folder = try TestFolder()
    let array = ArrayElement.int8.sample
    let twice = failure { try NPZArchive.write([("a", array), ("a", array)], to: folder.path("twice.npz")) }
    #expect(twice?.contains("array 'a': occurs twice") == true)
    #expect(folder.names.isEmpty)
    let archive = try NPZArchive(fixture("stored.npz"))
    #expect(
      failure { _ = try archive.array("image") }
        == "\(fixture("stored.npz")): has no array 'image'; it holds images, labels")
  }

  @Test(arguments: ["stored.npz", "deflated.npz"])
  func everyChangedElementIsFound(name: String) throws {
    let folder = try TestFolder()
    let original = try InputFile(fixture(name)).read()
    // In both archives these are contents of the first array.
    for offset in 100..<150 {
      var bytes = original
      bytes[offset] ^= 1
      let path = try folder.write(bytes, as: "changed.npz")
      #expect(failure { _ = try NPZArchive(path).array("images") } != nil, "byte \(offset)")
    }
  }

  @Test func aSmallFileCannotAskForMuchMemory() throws {
    let folder = try TestFolder()
    let zeros = StoredArray(
      shape: [4_000_000], element: .uint8, bytes: [UInt8](repeating: 0, count: 4_000_000))
    try NPZArchive.write([("images", zeros)], to: folder.path("zeros.npz"), compressed: true)
    var bytes = try InputFile(folder.path("zeros.npz")).read()
    // The size in the directory, which is all that limits what is inflated.
    let directory = try #require(bytes.indices.last { bytes[$0...].starts(with: [0x50, 0x4B, 1, 2]) })
    bytes.replaceSubrange(directory + 24..<directory + 28, with: [0, 1, 0, 0])
    let path = try folder.write(bytes, as: "bomb.npz")
    #expect(failure { _ = try NPZArchive(path).array("images") }?.contains("no more than") == true)
  }

  @Test(arguments: ["stored.npz", "deflated.npz", "streamed.npz"])
  func damageIsAnErrorOrArrays(name: String) throws {
    try checkDamage(InputFile(fixture(name)).read(), seed: 2) { path in
      let archive = try NPZArchive(path)
      for name in archive.names { _ = try archive.array(name) }
    }
  }

  @Test(.enabled(if: sharedData != nil, "needs ../shared/data"))
  func goldenArraysLoad() throws {
    let folder = try #require(sharedData) + "/golden"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".npz") }
    #expect(!names.isEmpty)
    for name in names {
      let archive = try NPZArchive("\(folder)/\(name)")
      for array in archive.names { #expect(try archive.array(array).count > 0) }
      #expect(try archive.array("images").element == .float32)
    }
  }
}
