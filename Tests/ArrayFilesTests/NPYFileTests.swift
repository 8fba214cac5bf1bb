import ArrayFiles
import ComputeTestSupport
import FileTestSupport
import Foundation
import Testing

/// What every fixture of shape `[2, 3, 4]` holds.
let fixtureNumbers = (0..<24).map { Double($0 % 2 + $0 % 7 * 3) }

@Suite struct NPYFileTests {
  private static let names: [String: ArrayElement] = [
    "b1": .bool, "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64, "u1": .uint8, "u2": .uint16,
    "u4": .uint32,
    "u8": .uint64, "f2": .float16, "f4": .float32, "f8": .float64,
  ]

  @Test(arguments: names.keys.sorted())
  func whatNumpyWroteIsRead(name: String) throws {
    let element = try #require(NPYFileTests.names[name])
    let expected = StoredArray(shape: [2, 3, 4], doubles: fixtureNumbers, as: element)
    #expect(try NPYFile.read(fixture("\(name)-little.npy")) == expected)
    if element.size > 1 { #expect(try NPYFile.read(fixture("\(name)-big.npy")) == expected) }
  }

  @Test func whatIsWrittenIsWhatNumpyWrites() throws {
    let folder = try TestFolder()
    for (name, element) in NPYFileTests.names {
      let array = StoredArray(shape: [2, 3, 4], doubles: fixtureNumbers, as: element)
      try NPYFile.write(array, to: folder.path("own.npy"))
      #expect(
        try InputFile(folder.path("own.npy")).read() == InputFile(fixture("\(name)-little.npy")).read(),
        "\(name)")
    }
  }

  @Test(arguments: ["fortran.npy", "version1.npy", "version2.npy", "version3.npy"])
  func ordersAndVersionsMakeNoDifference(name: String) throws {
    let expected = StoredArray(shape: [2, 3, 4], doubles: fixtureNumbers, as: .float32)
    #expect(try NPYFile.read(fixture(name)) == expected)
    #expect(try NPYFile.read(fixture(name), rows: 1) == expected.prefix(1))
    #expect(try NPYFile.read(fixture(name), rows: 9) == expected)
    #expect(try NPYFile.type(of: fixture(name)) == ([2, 3, 4], .float32))
  }

  @Test func scalarsAndEmptyArraysAreArrays() throws {
    #expect(try NPYFile.read(fixture("scalar.npy")) == StoredArray(shape: [], doubles: [1.5], as: .float32))
    #expect(try NPYFile.read(fixture("empty.npy")) == StoredArray(shape: [0, 3], doubles: [], as: .float32))
  }

  @Test(arguments: ["structured.npy", "object.npy"])
  func whatIsNotNumbersIsRefused(name: String) {
    let message = failure { _ = try NPYFile.read(fixture(name)) }
    #expect(message?.hasPrefix(fixture(name)) == true)
    #expect(message?.contains("truth values, integers and floats are read") == true)
  }

  @Test(arguments: ArrayElement.allCases, [[2, 3], [6], [1, 1, 6, 1], [3, 2]])
  func writingAndReadingChangesNothing(element: ArrayElement, shape: [Int]) throws {
    let folder = try TestFolder()
    let array = element.sample.reshaped(to: shape)
    let path = folder.path("array.npy")
    let problem = failure { try NPYFile.write(array, to: path) }
    // numpy has no name for this type.
    guard element != .bfloat16 else {
      #expect(problem?.contains("bfloat16") == true && folder.names.isEmpty)
      return
    }
    #expect(try NPYFile.read(path) == array)
    #expect(try NPYFile.decode(InputFile(path).read(), name: "bytes") == array)
  }

  @Test func partsMakeTheWhole() throws {
    let folder = try TestFolder()
    let array = StoredArray(shape: [4, 2], doubles: [1, 2, 3, 4, 5, 6, 7, 8], as: .float32)
    var writer = try NPYWriter(folder.path("parts.npy"), shape: [4, 2], element: .float32)
    try writer.append(array.prefix(1))
    try writer.append(StoredArray(shape: [3, 2], doubles: [3, 4, 5, 6, 7, 8], as: .float32))
    try writer.commit()
    #expect(try NPYFile.read(folder.path("parts.npy")) == array)
  }

  @Test func partsThatDoNotMakeTheWholeLeaveNothing() throws {
    let folder = try TestFolder()
    let part = StoredArray(shape: [2], doubles: [1, 2], as: .float32)
    var writer = try NPYWriter(folder.path("parts.npy"), shape: [3], element: .float32)
    try writer.append(part)
    do {
      try writer.append(part)
      Issue.record("four elements fit into three")
    } catch { #expect("\(error)".contains("[2] of float32 does not go on with [3]")) }
    let message = failureOfCommit(writer)
    #expect(message?.contains("4 bytes of [3] were not written") == true)
    #expect(folder.names.isEmpty)
  }

  private func failureOfCommit(_ writer: consuming NPYWriter) -> String? {
    do {
      try writer.commit()
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test(arguments: [
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }", "no more than 4 can follow"),
    (
      "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }",
      "larger than any memory"
    ),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "expected an extent"),
    ("{'descr': '<f4', 'fortran_order': 1, 'shape': (1,), }", "expected True or False"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "no more than 4 can follow"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (), 'shape': ()}", "occurs twice"),
    ("{'descr': '<f4', 'fortran_order': False}", "lacks one of"),
    ("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", "elements of type '<c8'"),
    ("{'descr': '|f4', 'fortran_order': False, 'shape': (1,), }", "elements of type '|f4'"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (0,), }", "more bytes follow"),
    ("__import__('os')", "expected '{'"),
  ])
  func headersThatMakeNoSenseAreRefused(header: String, message: String) throws {
    let bytes = [0x93] + "NUMPY".utf8 + [1, 0, UInt8(header.utf8.count), 0] + header.utf8 + [0, 0, 0, 0]
    let problem = failure { _ = try NPYFile.decode(bytes, name: "file") }
    #expect(problem?.hasPrefix("file: ") == true)
    #expect(problem?.contains(message) == true, "\(problem ?? "")")
  }

  @Test(arguments: ["f4-little.npy", "i8-big.npy", "fortran.npy", "version3.npy"])
  func damageIsAnErrorOrAnArray(name: String) throws {
    try checkDamage(InputFile(fixture(name)).read(), seed: 1) { path in _ = try NPYFile.read(path) }
  }
}
