import ArrayFiles
import ComputeTestSupport
import FileTestSupport
import Testing

@Suite struct PrintableTests {
  @Test func nothingThatSteersATerminalIsLeft() {
    var random = SeededGenerator(seed: 18)
    for _ in 0..<500 {
      let bytes = (0..<Int.random(in: 0...12, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      let shown = String(showing: bytes).printable
      #expect(
        shown.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }, "\(bytes)")
      #expect(shown.printable == shown)
    }
    #expect("a\u{1B}[31m\n\u{202E}b\u{2028}".printable == "a\\u{1B}[31m\\u{A}\\u{202E}b\\u{2028}")
    #expect("Straße 日本 🙂 e\u{301}".printable == "Straße 日本 🙂 e\u{301}")
  }

  @Test func bytesThatAreUTF8AreTheirText() {
    for text in ["", "a", "Straße", "日本 🙂"] { #expect(String(showing: text.utf8) == text) }
    #expect(String(showing: [0x63, 0xE9, 0x2E]) == "c\\xE9.")
    // Cut, overlong and beyond the end: every byte is shown.
    #expect(String(showing: [0xE2, 0x82]) == "\\xE2\\x82")
    #expect(String(showing: [0xC0, 0xAF, 0x61]) == "\\xC0\\xAFa")
  }

  @Test func errorsShowNamesOnly() {
    let error = FileError("a\u{1B}]0;x\u{7}.npy", at: "array 'b\n'", "is \u{9B}odd")
    #expect("\(error)" == "a\\u{1B}]0;x\\u{7}.npy: array 'b\\u{A}': is \\u{9B}odd")
  }
}
