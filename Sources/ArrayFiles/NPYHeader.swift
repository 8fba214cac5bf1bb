/// What the header of an .npy file says: a Python dictionary of three entries, read without evaluating
/// anything.
///
/// The format is that of numpy's NEP 1, versions 1 to 3.
struct NPYHeader: Hashable {
  /// The extents, as the file orders them.
  let shape: [Int]
  /// What the elements are.
  let element: ArrayElement
  /// Whether the elements are big-endian.
  let isBigEndian: Bool
  /// Whether the first axis is contiguous instead of the last.
  let isFortranOrder: Bool

  /// Bytes of all elements.
  let byteCount: Int

  /// The header of an array as this package writes it.
  init(_ shape: [Int], _ element: ArrayElement) {
    self.shape = shape
    self.element = element
    isBigEndian = false
    isFortranOrder = false
    byteCount = StoredArray.byteCount(of: shape, element) ?? 0
  }

  /// Reads the header, which leaves the stream at the first element.
  init(_ stream: inout some ByteStream) throws(FileError) {
    let start = try stream.read(8, "the start of an .npy file")
    guard Array(start[..<6]) == NPYHeader.magic else {
      throw stream.origin.error(at: "byte 0", "is not an .npy file: it does not begin with \\x93NUMPY")
    }
    guard 1...3 ~= start[6] else {
      throw stream.origin.error(at: "byte 6", "version \(start[6]) of the .npy format; 1 to 3 are read")
    }
    let width = start[6] == 1 ? 2 : 4
    let length = try stream.read(width, "the length of the .npy header").reversed().reduce(0) {
      $0 << 8 | Int($1)
    }
    guard length <= NPYHeader.longest else {
      throw stream.origin.error(
        at: "byte 8", "a header of \(length) bytes; no array needs more than \(NPYHeader.longest)")
    }
    var parser = NPYHeaderParser(try stream.read(length, "the .npy header"), stream.origin, offset: 8 + width)
    try self.init(parser.entries(), stream.origin)
  }

  private init(_ entries: NPYHeaderParser.Entries, _ origin: Origin) throws(FileError) {
    guard let element = NPYHeader.elements[String(entries.type.dropFirst())],
      let order = entries.type.first, order == "|" ? element.size == 1 : "<>=".contains(order)
    else {
      throw origin.error(
        at: "descr", "elements of type '\(entries.type)'; truth values, integers and floats are read")
    }
    guard let byteCount = StoredArray.byteCount(of: entries.shape, element) else {
      throw origin.error(at: "shape", "\(entries.shape) of \(element.rawValue) is larger than any memory")
    }
    shape = entries.shape
    self.element = element
    self.byteCount = byteCount
    isBigEndian = order == ">"
    isFortranOrder = entries.isFortranOrder
  }

  /// The bytes of the header as version 1, padded so that the elements are aligned to 64 bytes.
  var encoded: [UInt8] {
    let extents = shape.count == 1 ? "\(shape[0])," : shape.map(String.init).joined(separator: ", ")
    let name = NPYHeader.elements.first { $0.value == element }?.key ?? ""
    let order = element.size == 1 ? "|" : "<"
    let text = "{'descr': '\(order)\(name)', 'fortran_order': False, 'shape': (\(extents)), }"
    let length = (10 + text.utf8.count + 1 + 63) / 64 * 64 - 10
    let padding = [UInt8](repeating: UInt8(ascii: " "), count: length - text.utf8.count - 1)
    return NPYHeader.magic + [1, 0, UInt8(length & 255), UInt8(length >> 8)] + text.utf8 + padding
      + [UInt8(ascii: "\n")]
  }

  /// How every .npy file begins.
  private static let magic: [UInt8] = [0x93] + "NUMPY".utf8

  /// The longest header that is read; the longest that version 1 can have.
  private static let longest = 65_535

  /// numpy's names of element types without their byte order.
  private static let elements: [String: ArrayElement] = [
    "b1": .bool, "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64, "u1": .uint8, "u2": .uint16,
    "u4": .uint32,
    "u8": .uint64, "f2": .float16, "f4": .float32, "f8": .float64,
  ]
}
