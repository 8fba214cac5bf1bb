/// Arrays as numpy's .npy files.
///
/// Read are versions 1 to 3, either byte order and either order of axes, with truth values, integers and
/// floats of any width; structured elements and Python objects are refused. Written is version 1,
/// little-endian, row-major.
public enum NPYFile {
  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - rows: How many entries along the first axis to read at most; nil for all. What lies behind them is
  ///     not read unless the first axis is the contiguous one.
  /// - Throws: ``FileError`` if the file cannot be read, is no .npy file, is cut short or goes on behind its
  ///   array.
  public static func read(_ path: String, rows: Int? = nil) throws(FileError) -> StoredArray {
    var stream = FileSection(try InputFile(path))
    return try read(&stream, rows: rows)
  }

  /// Reads only what a file says about its array.
  ///
  /// - Throws: ``FileError`` if the file cannot be read or is no .npy file.
  public static func type(of path: String) throws(FileError) -> (shape: [Int], element: ArrayElement) {
    var stream = FileSection(try InputFile(path))
    let header = try NPYHeader(&stream)
    return (header.shape, header.element)
  }

  /// Reads the bytes of a file.
  ///
  /// - Parameter name: What errors call the file.
  /// - Throws: As ``read(_:rows:)`` does.
  public static func decode(_ bytes: [UInt8], name: String) throws(FileError) -> StoredArray {
    var stream = MemorySection(bytes, Origin(name))
    return try read(&stream, rows: nil)
  }

  /// Writes a file, which appears whole or not at all.
  ///
  /// - Throws: ``FileError`` if it cannot be written; bfloat16 has no name in the format.
  public static func write(_ array: StoredArray, to path: String) throws(FileError) {
    var writer = try NPYWriter(path, shape: array.shape, element: array.element)
    try writer.append(array)
    try writer.commit()
  }

  /// The bytes before those of the elements.
  static func encodedHeader(_ array: StoredArray) -> [UInt8] { NPYHeader(array.shape, array.element).encoded }

  /// Reads an array that is all the stream holds.
  static func read(_ stream: inout some ByteStream, rows: Int?) throws(FileError) -> StoredArray {
    let header = try NPYHeader(&stream)
    if let rows, let extent = header.shape.first, rows < extent, !header.isFortranOrder {
      let shape = [max(0, rows)] + header.shape[1...]
      let count = header.byteCount / extent * shape[0]
      return array(header, shape, try stream.read(count, "the elements"))
    }
    let bytes = try stream.read(header.byteCount, "the elements")
    try stream.checkEnd(after: "the elements of \(header.shape)")
    let whole = array(header, header.shape, bytes)
    guard let rows, let extent = whole.shape.first, rows < extent else { return whole }
    return whole.prefix(rows)
  }

  static func array(_ header: NPYHeader, _ shape: [Int], _ bytes: [UInt8]) -> StoredArray {
    let size = header.element.size
    let native = header.isBigEndian ? ByteOrder.swapped(bytes, size: size) : bytes
    guard header.isFortranOrder else {
      return StoredArray(shape: shape, element: header.element, bytes: native)
    }
    return StoredArray(
      shape: shape, element: header.element,
      bytes: ByteOrder.rowMajor(native, size: size, columnMajor: shape))
  }
}

extension StoredArray {
  /// The first entries along the first axis; all of them where there are no more.
  ///
  /// - Precondition: The array has an axis.
  public func prefix(_ rows: Int) -> StoredArray {
    let kept = min(max(0, rows), shape[0])
    guard kept < shape[0] else { return self }
    let size = bytes.count / shape[0]
    return StoredArray(shape: [kept] + shape[1...], element: element, bytes: Array(bytes[..<(kept * size)]))
  }
}
