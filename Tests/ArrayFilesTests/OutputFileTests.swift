import ArrayFiles
import FileTestSupport
import Foundation
import Testing

@Suite struct OutputFileTests {
  @Test func withoutACommitEverythingStaysAsItWas() throws {
    let folder = try TestFolder()
    let path = try folder.write([1, 2, 3], as: "file")
    do {
      var file = try OutputFile(path)
      try file.write([4, 5])
      #expect(folder.names.count == 2)
    }
    #expect(folder.names == ["file"])
    #expect(try InputFile(path).read() == [1, 2, 3])
  }

  @Test func aCommitReplacesTheFileAndKeepsItsPermissions() throws {
    let folder = try TestFolder()
    let path = try folder.write([1, 2, 3], as: "file")
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    var file = try OutputFile(path)
    try file.write([4, 5])
    try file.write("ab")
    try file.commit()
    #expect(folder.names == ["file"])
    #expect(try InputFile(path).read() == [4, 5, 97, 98])
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o640)
  }

  @Test func aLinkStaysALink() throws {
    let folder = try TestFolder()
    let target = try folder.write([1], as: "target")
    try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: target)
    var file = try OutputFile(folder.path("link"))
    try file.write([2])
    try file.commit()
    #expect(try InputFile(target).read() == [2])
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("link")) == target)
  }

  @Test func whatCannotBeWrittenIsFoundAtTheStart() throws {
    let folder = try TestFolder()
    let cases = [
      (folder.path("missing/file"), "there is no such folder"), (folder.path, "is a folder, not a file"),
      (folder.path + "/", "is a folder, not a file"), ("/dev/null", "is not a regular file"),
      (folder.path(String(repeating: "a", count: 300)), "the name is too long"),
    ]
    for (path, message) in cases {
      let problem = failure { _ = try OutputFile(path) }
      #expect(problem == "\(path): cannot be written: \(message)")
    }
    #expect(folder.names.isEmpty)
  }

  @Test func aLongNameThatIsAllowedIsAllowed() throws {
    let folder = try TestFolder()
    let path = folder.path(String(repeating: "a", count: 255))
    let file = try OutputFile(path)
    try file.commit()
    #expect(try InputFile(path).size == 0)
  }
}

@Suite struct InputFileTests {
  @Test func whatCannotBeReadIsSaid() throws {
    let folder = try TestFolder()
    let cases = [
      (folder.path("missing"), "there is no such file"), (folder.path, "is a folder, not a file"),
      ("/dev/null", "is not a regular file"), ("", "there is no such file"),
    ]
    for (path, message) in cases { #expect(failure { _ = try InputFile(path) } == "\(path): \(message)") }
  }

  @Test func rangesLieWithinTheFile() throws {
    let folder = try TestFolder()
    let file = try InputFile(folder.write([1, 2, 3], as: "file"))
    #expect(try file.read(1..<3) == [2, 3])
    #expect(try file.read(3..<3) == [])
    #expect(failure { _ = try file.read(2..<4) } == "\(file.path): byte 3: the file ends before byte 4")
  }
}
