extension SafetensorsFile {
  /// Writes arrays, which appear whole or not at all.
  ///
  /// Arrays with larger elements come first, so that every one is aligned; equal ones keep their order.
  ///
  /// - Parameters:
  ///   - arrays: The arrays under their names.
  ///   - metadata: Free texts by name.
  ///   - path: The file.
  /// - Throws: ``FileError`` if the file cannot be written, or a name occurs twice or is reserved.
  public static func write(
    _ arrays: [(name: String, array: StoredArray)], metadata: [String: String] = [:], to path: String
  ) throws(FileError) {
    var file = try OutputFile(path)
    // The order of equal elements is kept by their positions, since sorting does not promise it.
    let ordered = arrays.enumerated().sorted {
      (-$0.element.array.element.size, $0.offset) < (-$1.element.array.element.size, $1.offset)
    }.map(\.element)
    try file.write(header(ordered, metadata, path))
    for (_, array) in ordered { try file.write(array.bytes) }
    try file.commit()
  }

  /// Length and text of the header, padded so that the elements are aligned to eight bytes.
  private static func header(
    _ arrays: [(name: String, array: StoredArray)], _ metadata: [String: String], _ path: String
  ) throws(FileError) -> [UInt8] {
    var header = SafetensorsHeader()
    header.metadata = metadata
    var position = 0
    for (name, array) in arrays {
      guard name != SafetensorsHeader.metadataKey, header.entries[name] == nil else {
        throw FileError(path, at: "array '\(name)'", "the name is reserved or occurs twice")
      }
      let end = position + array.bytes.count
      let type = SafetensorsHeader.elements.first { $0.value == array.element }?.key ?? ""
      header.entries[name] = .init(dtype: type, shape: array.shape, offsets: [position, end])
      position = end
    }
    var text = try header.encoded(path)
    text += [UInt8](repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    var bytes: [UInt8] = []
    bytes.append(UInt64(text.count))
    return bytes + text
  }
}
