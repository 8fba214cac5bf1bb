public import ArrayFiles

/// Arrays of bytes in the IDX format: the form in which MNIST and its relatives are published.
///
/// A file is two zero bytes, a code for the element type, the number of dimensions, the dimensions as
/// big-endian 32-bit integers, outermost first, and the elements. Only unsigned bytes are accepted, and only
/// files whose length is exactly what their header says, plain or compressed with gzip.
public enum IDXFile {
  /// Reads a file; that it is compressed is seen by its contents.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - rows: How many entries along the first axis to read at most; nil for all. What lies behind is not
  ///     read.
  /// - Returns: An array of uint8 with one axis or more, none of them empty.
  /// - Throws: ``FileError`` at the first byte that is not what the format asks for.
  public static func read(_ path: String, rows: Int? = nil) throws(FileError) -> StoredArray {
    let file = try InputFile(path)
    guard try isCompressed(file) else {
      var stream = FileSection(file)
      return try read(&stream, rows: rows)
    }
    var stream = try Inflater(FileSection(file), .gzip)
    return try read(&stream, rows: rows)
  }

  /// Reads only the dimensions of a file.
  ///
  /// - Throws: ``FileError`` if the file cannot be read or its header is not what the format asks for.
  public static func shape(of path: String) throws(FileError) -> [Int] {
    let file = try InputFile(path)
    guard try isCompressed(file) else {
      var stream = FileSection(file)
      return try shape(&stream)
    }
    var stream = try Inflater(FileSection(file), .gzip)
    return try shape(&stream)
  }

  /// Reads the bytes of a plain file.
  ///
  /// - Parameter name: What errors call the file.
  /// - Throws: As ``read(_:rows:)`` does.
  public static func decode(_ bytes: [UInt8], name: String) throws(FileError) -> StoredArray {
    var stream = MemorySection(bytes, Origin(name))
    return try read(&stream, rows: nil)
  }

  /// Bytes before the dimensions.
  private static let fixedHeader = 4

  /// The code of the element type "unsigned byte".
  private static let unsignedByte: UInt8 = 0x08

  /// Whether a file begins as gzip's do.
  private static func isCompressed(_ file: InputFile) throws(FileError) -> Bool {
    guard file.size >= 2 else { return false }
    return try file.read(0..<2) == [0x1F, 0x8B]
  }

  private static func read(_ stream: inout some ByteStream, rows: Int?) throws(FileError) -> StoredArray {
    let shape = try shape(&stream)
    guard let size = StoredArray.byteCount(of: shape, .uint8) else {
      throw stream.origin.error(
        at: "byte \(fixedHeader)", "the dimensions \(shape) are larger than any memory")
    }
    if let rows, rows < shape[0] {
      let part = [rows] + shape[1...]
      let bytes = try stream.read(size / shape[0] * rows, "the elements")
      return StoredArray(shape: part, element: .uint8, bytes: bytes)
    }
    let bytes = try stream.read(size, "the elements of \(shape)")
    try stream.checkEnd(after: "the elements of \(shape)")
    return StoredArray(shape: shape, element: .uint8, bytes: bytes)
  }

  private static func shape(_ stream: inout some ByteStream) throws(FileError) -> [Int] {
    let header = try stream.read(fixedHeader, "the start of an IDX file")
    for offset in 0..<2 where header[offset] != 0 {
      throw stream.origin.error(
        at: "byte \(offset)", "an IDX file begins with two zero bytes, found \(header[offset])")
    }
    guard header[2] == unsignedByte else {
      throw stream.origin.error(
        at: "byte 2", "the elements have type code \(header[2]); only unsigned bytes, 8, are read")
    }
    guard header[3] > 0 else { throw stream.origin.error(at: "byte 3", "the file declares no dimensions") }
    let dimensions = try stream.read(4 * Int(header[3]), "the dimensions of an IDX file")
    var shape: [Int] = []
    for offset in stride(from: 0, to: dimensions.count, by: 4) {
      let extent = dimensions[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
      guard extent > 0 else {
        throw stream.origin.error(at: "byte \(fixedHeader + offset)", "dimension \(shape.count) is zero")
      }
      shape.append(extent)
    }
    return shape
  }
}
