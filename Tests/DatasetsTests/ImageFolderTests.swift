import ArrayFiles
import Compute
import Datasets
import FileTestSupport
import Testing

@Suite struct ImageFolderTests {
  /// A folder with classes "a" and "b" and three images.
  private static func folder() throws -> TestFolder {
    let folder = try TestFolder()
    let (gray, opaque) = try (image("gray8.png"), image("gray-opaque8.png"))
    try folder.write(gray, as: "b/2.png")
    try folder.write(opaque, as: "b/1.PNG")
    try folder.write(gray, as: "a/x.png")
    return folder
  }

  private static func image(_ name: String) throws -> [UInt8] { try InputFile(fixture(name)).read() }

  @Test func classesAndImagesComeInTheOrderOfTheirNames() throws {
    let folder = try Self.folder()
    try folder.write([1], as: "a/.hidden")
    let samples = try DataSource("folder:\(folder.path)").load()
    #expect(samples.inputs.shape == [3, 1, 9, 11])
    #expect(samples.labels == [0, 1, 1])
    #expect(samples.classNames == ["a", "b"])
    for limit in 0...3 {
      let part = try DataSource("folder:\(folder.path)").load(limit: limit)
      #expect(part.labels == samples.prefix(limit).labels)
      if limit > 0 { #expect(part == samples.prefix(limit)) }
    }
  }

  @Test func aLimitKeepsTheRestUnread() throws {
    let folder = try Self.folder()
    try folder.write([1], as: "b/3.png")
    #expect(try DataSource("folder:\(folder.path)").load(limit: 3).count == 3)
    #expect(
      failure { _ = try DataSource("folder:\(folder.path)").load() }?.contains("b/3.png: is neither") == true)
  }

  @Test func everyProblemNamesTheFile() throws {
    let cases: [(name: String, bytes: [UInt8], message: String)] = [
      ("b/3.tif", [1], "b/3.tif: PNG, JPEG, BMP and WebP files are read, not .tif; convert it"),
      ("b/0.png", [], "b/0.png: is neither a PNG"),
      ("b/more/3.png", [1], "b/more: is a folder within that of a class"),
      ("c/images/notes.txt", [1], "c/images: holds no images"),
      ("c/others/3.png", [1], "c/others: is a folder within that of a class"),
      ("classes.txt", Array("a\nc\n".utf8), "classes.txt: has no line 'b'"),
      ("classes.txt", Array("a\nb\na".utf8), "classes.txt: line 3: 'a' is already line 1"),
      ("classes.txt", Array("a\n\nb".utf8), "classes.txt: line 2: is empty"),
      ("classes.txt", [10, 10], "classes.txt: names no classes"),
      ("top.jpg", [1], "top.jpg: an image outside the folder of a class"),
      ("b/3.jpg", try Self.image("gray.jpg"), "b/3.jpg: has 20 x 24 pixels, while"),
      ("c/.hidden", [1], "c: holds no images"),
    ]
    for (name, bytes, message) in cases {
      let folder = try Self.folder()
      try folder.write(bytes, as: name)
      let problem = failure { _ = try DataSource("folder:\(folder.path)").load() }
      #expect(problem?.contains("\(folder.path)/\(message)") == true, "\(problem ?? "")")
    }
    let empty = try TestFolder()
    #expect(
      failure { _ = try DataSource("folder:\(empty.path)").load() }?.hasPrefix(
        "\(empty.path): holds no folders")
        == true)
  }
}
