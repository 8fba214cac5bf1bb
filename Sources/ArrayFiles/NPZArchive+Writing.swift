extension NPZArchive {
  /// Writes arrays as an archive, which appears whole or not at all.
  ///
  /// Dates are left out, so equal arrays make equal files.
  ///
  /// - Parameters:
  ///   - arrays: The arrays under their names, without ".npy".
  ///   - path: The file.
  ///   - compressed: Whether to deflate the arrays.
  /// - Throws: ``FileError`` if the file cannot be written or a name occurs twice.
  public static func write(
    _ arrays: [(name: String, array: StoredArray)], to path: String, compressed: Bool = false
  ) throws(FileError) {
    var writer = ZIPWriter(try OutputFile(path))
    var names: Set<String> = []
    for (name, array) in arrays {
      guard names.insert(name).inserted else { throw FileError(path, at: "array '\(name)'", "occurs twice") }
      guard array.element != .bfloat16 else {
        throw FileError(path, at: "array '\(name)'", "numpy has no bfloat16; convert it to float32")
      }
      try writer.add(name + ".npy", [NPYFile.encodedHeader(array), array.bytes], compressed: compressed)
    }
    try writer.finish()
  }
}
