import ArrayFiles
import Testing

@testable import ONNX

/// Where a damaged file stops making sense is said by byte.
@Suite struct DamageTests {
  private func message(_ bytes: [UInt8]) -> String {
    do {
      _ = try ONNXModel(bytes: bytes, path: "damaged.onnx")
      return "accepted"
    } catch {
      return "\(error)"
    }
  }

  @Test func namesTheByte() throws {
    let bytes = try ModelBuilder.small().bytes()
    #expect(message([]).contains("empty"))
    #expect(message(Array("not a model".utf8)).contains("byte 0"))
    #expect(message(Array(bytes.dropLast(3))).contains("byte "))
  }

  @Test func namesTextsThatAreNotUTF8() throws {
    var bytes = try ModelBuilder.small().bytes()
    let place = try #require(bytes.firstRange(of: Array("product".utf8))).lowerBound
    bytes[place] = 0xFF
    #expect(message(bytes).contains("byte \(place): a text of a node is not UTF-8"))
  }
}
