import ArrayFiles
import Compute
import ComputeTestSupport
import FileTestSupport
import Foundation
import Testing

@testable import Datasets

@Suite struct ClassOrderTests {
  private static func image() throws -> [UInt8] { try InputFile(fixture("gray8.png")).read() }

  /// A folder with an image for each class.
  private static func folder(_ classes: [String]) throws -> TestFolder {
    let folder = try TestFolder()
    for name in classes { try folder.write(try image(), as: "\(name)/1.png") }
    return folder
  }

  private func load(_ folder: TestFolder, _ change: (inout DataRequest) -> Void = { _ in }) throws -> Samples
  {
    var request = DataRequest()
    change(&request)
    return try DataSource("folder:\(folder.path)").load(request)
  }

  @Test(arguments: [2, 10, 11, 12, 101])
  func foldersNamedByNumbersHaveTheirNumbersAsLabels(count: Int) throws {
    let folder = try Self.folder((0..<count).map(String.init))
    let samples = try load(folder)
    #expect(samples.classNames == (0..<count).map(String.init))
    #expect(samples.labels == (0..<count).map(Int32.init))
    // Up to ten the order of text is the same, so that there is nothing to say.
    #expect(samples.remarks.contains { $0.kind == .numericClasses } == (count > 10))
    if count > 10 { #expect(samples.remarks[0].message.contains("'10' would come before '2'")) }
  }

  @Test func numbersWithGapsKeepTheirOrderAndAreSaid() throws {
    let samples = try load(try Self.folder(["3", "20", "007"]))
    #expect(samples.classNames == ["3", "007", "20"])
    #expect(samples.remarks.map(\.kind) == [.numericClasses])
    #expect(samples.remarks[0].message.contains("folder '3' has label 0"))
    let message = failure { _ = try load(try Self.folder(["7", "007"])) }
    #expect(message?.contains("the folders '007' and '7' are the same number") == true)
  }

  @Test func oneNameThatIsNoNumberMakesAllOfThemText() throws {
    let samples = try load(try Self.folder(["2", "10", "x"]))
    #expect(samples.classNames == ["10", "2", "x"] && samples.remarks.isEmpty)
  }

  @Test(arguments: [false, true])
  func aListOfClassesSaysTheLabels(isInTheFolder: Bool) throws {
    let folder = try Self.folder(["ant", "bee", "10", "2"])
    let list = Array("2\r\nmoth\r\nbee\r\n10\r\nant\r\n\r\n".utf8)
    let path = try folder.write(list, as: isInTheFolder ? "classes.txt" : "list/names.txt")
    if !isInTheFolder { try FileManager.default.moveItem(atPath: path, toPath: folder.path + ".names") }
    defer { try? FileManager.default.removeItem(atPath: folder.path + ".names") }
    try? FileManager.default.removeItem(atPath: folder.path("list"))
    let samples = try load(folder) { if !isInTheFolder { $0.classList = folder.path + ".names" } }
    #expect(samples.classNames == ["2", "moth", "bee", "10", "ant"])
    #expect(samples.labels == [0, 2, 3, 4])
    #expect(samples.remarks.map(\.kind) == (isInTheFolder ? [.classList] : []))
  }

  @Test func aListMayNameTheClassesOfNumberedFolders() throws {
    let folder = try Self.folder(["10", "2", "0"])
    try folder.write(Array((0..<11).map { "name \($0)\n" }.joined().utf8), as: "classes.txt")
    let samples = try load(folder)
    #expect(samples.labels == [0, 2, 10] && samples.classNames?[10] == "name 10")
    try folder.write(Array("a\nb\n".utf8), as: "classes.txt")
    #expect(failure { _ = try load(folder) }?.contains("names 2 classes, and") == true)
  }

  @Test func aListNamesTheClassesOfOtherData() throws {
    let folder = try TestFolder()
    let path = try folder.write(Array((0..<10).map { "digit \($0)\n" }.joined().utf8), as: "names")
    var request = DataRequest(limit: 3)
    request.classList = path
    request.classes = ["digit 7"]
    let samples = try DataSource("digits").load(request)
    #expect(samples.labels == [7, 7, 7] && samples.classNames?[7] == "digit 7")
    try folder.write(Array("a\nb".utf8), as: "names")
    #expect(
      failure { _ = try DataSource("digits").load(request) } == "\(path): names 2 classes, and digits has 10")
  }

  @Test func randomNamesComeInTheOrderOfTheirBytes() throws {
    var random = SeededGenerator(seed: 31)
    for _ in 0..<20 {
      let folder = try TestFolder()
      var names: Set<[UInt8]> = []
      for _ in 0..<Int.random(in: 2...9, using: &random) {
        let length = Int.random(in: 1...6, using: &random)
        let name =
          [UInt8.random(in: 0x61...0x7A, using: &random)]
          + (0..<length).map { _ in UInt8.random(in: 1...255, using: &random) }
        names.insert(name.filter { $0 != UInt8(ascii: "/") })
      }
      for name in names { try folder.write(try Self.image(), inRaw: name, as: Array("1.png".utf8)) }
      let samples = try load(folder)
      let sorted = names.sorted { $0.lexicographicallyPrecedes($1) }
      #expect(samples.classNames == sorted.map { String(showing: $0) })
      #expect(samples.labels == names.indices.enumerated().map { Int32($0.offset) })
    }
  }
}

@Suite struct FolderContentsTests {
  private static func gray() throws -> [UInt8] { try InputFile(fixture("gray8.png")).read() }
  private static func color() throws -> [UInt8] { try InputFile(fixture("color8.png")).read() }

  private func load(_ folder: TestFolder, _ change: (inout DataRequest) -> Void = { _ in }) throws -> Samples
  {
    var request = DataRequest()
    change(&request)
    return try DataSource("folder:\(folder.path)").load(request)
  }

  @Test func namesThatAreNoUTF8AreRead() throws {
    let folder = try TestFolder()
    let name = Array("caf".utf8) + [0xE9] + Array(".png".utf8)
    try folder.write(try Self.gray(), inRaw: Array("a".utf8), as: name)
    try folder.write(try Self.gray(), inRaw: [0xFC, 0x62], as: name)
    let samples = try load(folder)
    #expect(samples.count == 2 && samples.classNames == ["a", "\\xFCb"])
    try folder.write([1], inRaw: [0xFC, 0x62], as: name)
    #expect(
      failure { _ = try load(folder) }?.hasPrefix("\(folder.path)/\\xFCb/caf\\xE9.png: is neither") == true)
  }

  @Test func whatIsNoImageIsPassedOverWithOneRemark() throws {
    let folder = try TestFolder()
    try folder.write(try Self.gray(), as: "a/1.png")
    try folder.write(try Self.gray(), as: "b/1.png")
    let strays = ["Thumbs.db", "a/Thumbs.db", "a/desktop.ini", "b/notes.txt", "b/bad\u{1B}[31m.txt"]
    for name in strays { try folder.write([1], as: name) }
    try folder.write([1], as: "__MACOSX/a/1.png")
    try folder.write([1], as: "a/.DS_Store")
    let samples = try load(folder)
    #expect(samples.labels == [0, 1] && samples.remarks.map(\.kind) == [.passedOver])
    let message = samples.remarks[0].message
    #expect(message.contains("passed over 5 files that are no images: \(folder.path)/Thumbs.db, "))
    #expect(message.hasSuffix(" and 1 more") && !message.contains("\u{1B}"))
  }

  @Test func grayImagesAmongColorsAreRepeated() throws {
    for order in [["gray8.png", "color8.png", "gray8.png"], ["color8.png", "gray8.png", "gray8.png"]] {
      let folder = try TestFolder()
      for (index, name) in order.enumerated() {
        try folder.write(try InputFile(fixture(name)).read(), as: "a/\(index).png")
      }
      let samples = try load(folder)
      #expect(samples.inputs.shape == [3, 3, 9, 11])
      for (index, name) in order.enumerated() {
        let values = try ImageFile(fixture(name)).values
        let expected = name == "gray8.png" ? values + values + values : values
        #expect(samples[index..<index + 1].inputs.floats == expected)
      }
      let remark = samples.remarks.first { $0.kind == .grayRepeated }
      #expect(remark?.message.hasPrefix("2 images in gray, such as ") == true)
    }
  }

  @Test func imagesMayLieInAFolderOfTheirClass() throws {
    let folder = try TestFolder()
    for name in ["n01/images/1.png", "n01/images/0.png", "n02/images/1.png"] {
      try folder.write(try Self.gray(), as: name)
    }
    try folder.write([1], as: "n01/n01_boxes.txt")
    let samples = try load(folder)
    #expect(samples.labels == [0, 0, 1] && samples.classNames == ["n01", "n02"])
    #expect(samples.remarks.map(\.kind) == [.nestedImages, .passedOver])
    #expect(samples.remarks[0].message.contains("2 classes are taken from a folder within, as in "))
  }

  @Test func imagesOfDifferingSizesAreResizedAndCropped() throws {
    let folder = try TestFolder()
    for (index, name) in ["wide.png", "tall.png", "color8.png"].enumerated() {
      try folder.write(try InputFile(fixture(name)).read(), as: "a/\(index).png")
    }
    #expect(
      failure { _ = try load(folder) }?.contains("--resize N --crop N brings images to one size") == true)
    let samples = try load(folder) { $0.resizing = ImageResizing(shorterSide: 16, crop: 16) }
    #expect(samples.inputs.shape == [3, 3, 16, 16])
    let message = failure { _ = try load(folder) { $0.resizing = ImageResizing(shorterSide: nil, crop: 10) } }
    #expect(message?.contains("a/2.png: has 11 x 9 pixels, fewer than --crop 10 keeps") == true)
    #expect(
      try load(folder) { $0.resizing = ImageResizing(shorterSide: nil, crop: 9) }.inputs.shape == [
        3, 3, 9, 9,
      ])
  }

  @Test func chosenImagesAreTheOnlyOnesThatAreDecoded() throws {
    let folder = try TestFolder()
    for name in ["a/0.png", "a/1.png", "b/0.png", "c/0.png"] { try folder.write(try Self.gray(), as: name) }
    try folder.write([1], as: "b/1.png")
    let picked = try load(folder) { $0.indices = [4, 0, 2] }
    #expect(picked.labels == [2, 0, 1] && picked.numbers == [4, 0, 2])
    let classes = try load(folder) { $0.classes = ["c", "0"] }
    #expect(classes.labels == [0, 0, 2] && classes.numbers == [0, 1, 4])
    #expect(failure { _ = try load(folder) { $0.classes = ["b"] } }?.contains("b/1.png: is neither") == true)
    #expect(
      failure { _ = try load(folder) { $0.classes = ["d"] } }?.hasSuffix("the classes are a, b, c") == true)
    #expect(
      failure { _ = try load(folder) { $0.indices = [5] } }?.contains("there is no sample 5; there are 5")
        == true)
  }
}
