import Testing

@testable import Datasets

/// A file of shape `[2, 3, 1]` with the elements 10...15.
private let valid: [UInt8] =
  [0, 0, 8, 3] + [0, 0, 0, 2] + [0, 0, 0, 3] + [0, 0, 0, 1] + [10, 11, 12, 13, 14, 15]

/// The error that the contents cause; nil if they parse.
private func failure(_ contents: [UInt8]) -> IDXError? {
  do throws(IDXError) {
    _ = try IDXFile(contents, name: "file")
    return nil
  } catch {
    return error
  }
}

@Suite struct IDXFileTests {
  @Test func aValidFileHasItsShapeAndElements() throws {
    let file = try IDXFile(valid, name: "file")
    #expect(file.shape == [2, 3, 1])
    #expect(file.elements == [10, 11, 12, 13, 14, 15])
    #expect(file.name == "file")
  }

  @Test func everyTruncationIsAnErrorAtTheEnd() {
    for length in 0..<valid.count {
      let error = failure(Array(valid[..<length]))
      #expect(error?.offset == length, "length \(length)")
      #expect(error?.file == "file")
    }
  }

  @Test func everyAppendedByteIsAnErrorAtTheFirst() {
    for count in 1...8 {
      let error = failure(valid + [UInt8](repeating: 0, count: count))
      #expect(error == IDXError("file", at: valid.count, .trailingBytes(count: count)))
    }
  }

  @Test func everyFlippedBitOfTheHeaderIsAnError() {
    for offset in 0..<16 {
      for bit in 0..<8 {
        var contents = valid
        contents[offset] ^= 1 << UInt8(bit)
        #expect(failure(contents) != nil, "bit \(bit) of byte \(offset)")
      }
    }
  }

  @Test func everyFlippedByteOfTheElementsChangesOnlyItself() throws {
    for offset in 16..<valid.count {
      var contents = valid
      contents[offset] ^= 0xff
      let elements = try IDXFile(contents, name: "file").elements
      #expect(elements == Array(contents[16...]))
    }
  }

  @Test func noContentsCrash() {
    var generator = SplitMix(state: 1)
    for _ in 0..<20_000 {
      var contents = Array(valid.prefix(Int.random(in: 0...valid.count, using: &generator)))
      for _ in 0..<Int.random(in: 0...3, using: &generator) where !contents.isEmpty {
        let offset = contents.indices.randomElement(using: &generator) ?? 0
        contents[offset] = UInt8.random(in: 0...255, using: &generator)
      }
      if let error = failure(contents) { #expect(0...contents.count ~= error.offset) }
    }
  }

  @Test(arguments: [1, 2, 3, 255] as [UInt8])
  func aHugeDeclarationIsAnErrorBeforeAnythingIsAllocated(rank: UInt8) {
    let header = [0, 0, 8, rank] + [UInt8](repeating: 0xff, count: 4 * Int(rank))
    let shape = [Int](repeating: 0xffff_ffff, count: Int(rank))
    let expected = IDXError.Problem.truncatedElements(shape: shape, present: 1)
    #expect(failure(header + [0])?.problem == expected)
  }

  @Test func anOverflowingDeclarationIsAnError() {
    // The first dimensions fit, so that it is a product that overflows.
    let contents = [0, 0, 8, 4] + [0, 0, 0, 1] + [UInt8](repeating: 0x80, count: 12)
    #expect(failure(contents)?.offset == contents.count)
  }

  @Test func eachProblemNamesTheFileThePlaceAndTheCause() {
    let cases: [([UInt8], String)] = [
      ([0, 0, 8], "file: byte 3: the file ends inside its header of 4 bytes"),
      ([0, 0, 8, 1, 0], "file: byte 5: the file ends inside its header of 8 bytes"),
      ([0, 7, 8, 1], "file: byte 1: an IDX file begins with two zero bytes, found 7"),
      ([0, 0, 13, 1], "file: byte 2: the elements have type code 13; only unsigned bytes, 8, are read"),
      ([0, 0, 8, 0], "file: byte 3: the file declares no dimensions"),
      ([0, 0, 8, 1, 0, 0, 0, 0], "file: byte 4: dimension 0 is zero"),
      ([0, 0, 8, 1, 0, 0, 0, 2, 5], "file: byte 9: the file ends after 1 elements, fewer than [2] declares"),
      ([0, 0, 8, 1, 0, 0, 0, 1, 5, 6], "file: byte 9: 1 bytes follow the last element"),
    ]
    for (contents, message) in cases { #expect(failure(contents)?.description == message) }
  }
}

/// Random numbers that are the same in every run.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}
