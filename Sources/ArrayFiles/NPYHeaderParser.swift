/// Reads the dictionary in the header of an .npy file.
struct NPYHeaderParser {
  /// The three entries that a header has.
  struct Entries {
    /// The element type in numpy's notation, as in `<f4`.
    let type: String
    /// Whether the first axis is contiguous.
    let isFortranOrder: Bool
    /// The extents.
    let shape: [Int]
  }

  private let text: [UInt8]
  private var position = 0
  private let origin: Origin
  /// Where the text begins in the file.
  private let offset: Int

  /// The most axes an array has in numpy.
  private static let mostAxes = 64

  /// Prepares to read a header.
  init(_ text: [UInt8], _ origin: Origin, offset: Int) {
    self.text = text
    self.origin = origin
    self.offset = offset
  }

  /// Reads the whole text, which must be one dictionary with exactly the three entries.
  mutating func entries() throws(FileError) -> Entries {
    var type: String?
    var isFortranOrder: Bool?
    var shape: [Int]?
    try expect("{")
    while !skips("}") {
      let key = try quoted()
      try expect(":")
      switch key {
      case "descr" where type == nil: type = try elementType()
      case "fortran_order" where isFortranOrder == nil: isFortranOrder = try truth()
      case "shape" where shape == nil: shape = try extents()
      default: throw error("the entry '\(key)' is unknown or occurs twice")
      }
      guard skips(",") else {
        try expect("}")
        break
      }
    }
    skipSpace()
    guard position == text.count else { throw error("text behind the dictionary") }
    guard let type, let isFortranOrder, let shape else {
      throw error("the dictionary lacks one of 'descr', 'fortran_order' and 'shape'")
    }
    return Entries(type: type, isFortranOrder: isFortranOrder, shape: shape)
  }

  private mutating func elementType() throws(FileError) -> String {
    skipSpace()
    guard position < text.count, text[position] != UInt8(ascii: "[") else {
      throw error("the elements are structured; truth values, integers and floats are read")
    }
    return try quoted()
  }

  private mutating func truth() throws(FileError) -> Bool {
    skipSpace()
    if skips("True") { return true }
    if skips("False") { return false }
    throw error("expected True or False")
  }

  private mutating func extents() throws(FileError) -> [Int] {
    var extents: [Int] = []
    try expect("(")
    while !skips(")") {
      extents.append(try number())
      guard extents.count <= NPYHeaderParser.mostAxes else {
        throw error("more than \(NPYHeaderParser.mostAxes) axes")
      }
      guard skips(",") else {
        try expect(")")
        break
      }
    }
    return extents
  }

  private mutating func number() throws(FileError) -> Int {
    skipSpace()
    let start = position
    while position < text.count, 0x30...0x39 ~= text[position] { position += 1 }
    guard let value = Int(String(decoding: text[start..<position], as: UTF8.self)) else {
      throw error("expected an extent")
    }
    // Python 2 wrote long integers with this suffix.
    _ = skips("L")
    return value
  }

  private mutating func quoted() throws(FileError) -> String {
    skipSpace()
    guard position < text.count, text[position] == UInt8(ascii: "'") || text[position] == UInt8(ascii: "\"")
    else { throw error("expected a quoted text") }
    let quote = text[position]
    guard let end = text[(position + 1)...].firstIndex(of: quote), end - position <= 64 else {
      throw error("a quoted text without an end")
    }
    defer { position = end + 1 }
    return String(decoding: text[position + 1..<end], as: UTF8.self)
  }

  private mutating func expect(_ word: String) throws(FileError) {
    guard skips(word) else { throw error("expected '\(word)'") }
  }

  /// Goes past `word` if it comes next.
  private mutating func skips(_ word: String) -> Bool {
    skipSpace()
    guard text[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  private mutating func skipSpace() {
    while position < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[position]) { position += 1 }
  }

  private func error(_ message: String) -> FileError {
    origin.error(at: "byte \(offset + position)", "in the .npy header: \(message)")
  }
}
