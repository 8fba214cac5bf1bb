/// Writes one .npy file part by part, so that an array larger than memory can be written as it is computed.
public struct NPYWriter: ~Copyable {
  private var file: OutputFile
  private let element: ArrayElement
  private let shape: [Int]
  /// Bytes of elements that are still to come.
  private var missing: Int

  /// Opens a file and writes its header; see ``OutputFile`` for what is checked.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - shape: The shape of the whole array.
  ///   - element: What its elements are.
  /// - Throws: ``FileError`` if the file cannot be written or the array is larger than any memory.
  public init(_ path: String, shape: [Int], element: ArrayElement) throws(FileError) {
    file = try NPYWriter.begun(path, shape, element)
    missing = StoredArray.byteCount(of: shape, element) ?? 0
    self.shape = shape
    self.element = element
  }

  private static func begun(
    _ path: String, _ shape: [Int], _ element: ArrayElement
  ) throws(FileError) -> OutputFile {
    guard StoredArray.byteCount(of: shape, element) != nil, element != .bfloat16 else {
      throw FileError(path, "numpy files hold no array of \(element.rawValue) \(shape)")
    }
    var file = try OutputFile(path)
    try file.write(NPYHeader(shape, element).encoded)
    return file
  }

  /// Appends the next elements in row-major order, of any shape.
  ///
  /// - Throws: ``FileError`` if the device is full, or the elements are too many or of another type.
  public mutating func append(_ part: StoredArray) throws(FileError) {
    guard part.element == element, part.bytes.count <= missing else {
      throw FileError(
        file.path,
        "\(part.shape) of \(part.element.rawValue) does not go on with \(shape) of \(element.rawValue)")
    }
    try file.write(part.bytes)
    missing -= part.bytes.count
  }

  /// Gives the file its name.
  ///
  /// - Throws: ``FileError`` if elements are missing or the system refuses.
  public consuming func commit() throws(FileError) {
    guard missing == 0 else { throw FileError(file.path, "\(missing) bytes of \(shape) were not written") }
    try file.commit()
  }
}
