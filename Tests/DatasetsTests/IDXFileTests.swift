import ArrayFiles
import Compute
import ComputeTestSupport
import Datasets
import FileTestSupport
import Testing

/// A file of shape `[2, 3, 1]` with the elements 10...15.
private let valid: [UInt8] =
  [0, 0, 8, 3] + [0, 0, 0, 2] + [0, 0, 0, 3] + [0, 0, 0, 1] + [10, 11, 12, 13, 14, 15]

@Suite struct IDXFileTests {
  @Test func aValidFileHasItsShapeAndElements() throws {
    let array = StoredArray(shape: [2, 3, 1], element: .uint8, bytes: [10, 11, 12, 13, 14, 15])
    #expect(try IDXFile.decode(valid, name: "file") == array)
    let folder = try TestFolder()
    let path = try folder.write(valid, as: "file")
    #expect(try IDXFile.read(path) == array)
    #expect(try IDXFile.read(path, rows: 1) == array.prefix(1))
    #expect(try IDXFile.read(path, rows: 0) == array.prefix(0))
    #expect(try IDXFile.shape(of: path) == [2, 3, 1])
  }

  @Test func everyFlippedBitOfTheHeaderIsAnError() {
    for offset in 0..<16 {
      for bit in 0..<8 {
        var contents = valid
        contents[offset] ^= 1 << UInt8(bit)
        #expect(
          failure { _ = try IDXFile.decode(contents, name: "file") }?.hasPrefix("file: ") == true,
          "bit \(bit) of byte \(offset)")
      }
    }
  }

  @Test func everyFlippedByteOfTheElementsChangesOnlyItself() throws {
    for offset in 16..<valid.count {
      var contents = valid
      contents[offset] ^= 0xff
      #expect(try IDXFile.decode(contents, name: "file").bytes == Array(contents[16...]))
    }
  }

  @Test(arguments: [1, 2, 3, 255] as [UInt8])
  func aHugeDeclarationIsAnErrorBeforeAnythingIsAllocated(rank: UInt8) {
    let header = [0, 0, 8, rank] + [UInt8](repeating: 0xff, count: 4 * Int(rank))
    let message = failure { _ = try IDXFile.decode(header + [0], name: "file") }
    #expect(message?.contains(rank < 2 ? "no more than 1 can follow" : "larger than any memory") == true)
  }

  @Test func eachProblemNamesTheFileThePlaceAndTheCause() {
    let cases: [([UInt8], String)] = [
      ([0, 0, 8], "file: the start of an IDX file should take 4 bytes, but no more than 3 can follow"),
      (
        [0, 0, 8, 1, 0],
        "file: the dimensions of an IDX file should take 4 bytes, but no more than 1 can follow"
      ),
      ([0, 7, 8, 1], "file: byte 1: an IDX file begins with two zero bytes, found 7"),
      ([0, 0, 13, 1], "file: byte 2: the elements have type code 13; only unsigned bytes, 8, are read"),
      ([0, 0, 8, 0], "file: byte 3: the file declares no dimensions"),
      ([0, 0, 8, 1, 0, 0, 0, 0], "file: byte 4: dimension 0 is zero"),
      (
        [0, 0, 8, 1, 0, 0, 0, 2, 5],
        "file: the elements of [2] should take 2 bytes, but no more than 1 can follow"
      ),
      ([0, 0, 8, 1, 0, 0, 0, 1, 5, 6], "file: more bytes follow the elements of [1]"),
    ]
    for (contents, message) in cases {
      #expect(failure { _ = try IDXFile.decode(contents, name: "file") } == message)
    }
  }

  @Test func damageIsAnErrorOrAnArray() throws {
    try checkDamage(valid, seed: 5) { path in _ = try IDXFile.read(path) }
  }
}

@Suite struct CompressedIDXFileTests {
  /// `valid`, stored in a gzip member without a name.
  private static let gzip: [UInt8] = {
    var member: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1]
    let count = UInt16(valid.count)
    for number in [count, ~count] { member += [UInt8(truncatingIfNeeded: number), UInt8(number >> 8)] }
    member += valid
    for number in [checksum(valid), UInt32(valid.count)] {
      member += (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
    return member
  }()

  /// The CRC-32 of bytes, bit by bit.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum >> 1 ^ (sum & 1) * 0xEDB8_8320 }
    }
  }

  @Test func theContentsDecideWhetherItIsCompressed() throws {
    let folder = try TestFolder()
    let path = try folder.write(Self.gzip, as: "file")
    #expect(try IDXFile.read(path) == IDXFile.decode(valid, name: "file"))
    #expect(try IDXFile.read(path, rows: 1) == IDXFile.decode(valid, name: "file").prefix(1))
    #expect(try IDXFile.shape(of: path) == [2, 3, 1])
  }

  @Test func everyCutAndEveryChangedByteOfTheContentsIsFound() throws {
    let folder = try TestFolder()
    for length in 0..<Self.gzip.count {
      let path = try folder.write(Array(Self.gzip[..<length]), as: "cut")
      #expect(failure { _ = try IDXFile.read(path) }?.hasPrefix(path) == true, "length \(length)")
    }
    for offset in 11..<Self.gzip.count {
      var bytes = Self.gzip
      bytes[offset] ^= 1
      let path = try folder.write(bytes, as: "changed")
      #expect(failure { _ = try IDXFile.read(path) }?.hasPrefix(path) == true, "byte \(offset)")
    }
  }

  @Test func damageIsAnErrorOrAnArray() throws {
    try checkDamage(Self.gzip, seed: 6) { path in _ = try IDXFile.read(path) }
  }
}
