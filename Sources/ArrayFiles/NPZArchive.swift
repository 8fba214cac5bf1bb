public import Compute

/// Named arrays in one file, as numpy's .npz: a ZIP archive of .npy files, stored or deflated.
public struct NPZArchive: Sendable {
  /// The file.
  public let path: String
  /// The names of the arrays, without ".npy", in the order of the archive.
  public let names: [String]
  private let file: InputFile
  private let directory: ZIPDirectory
  private let entries: [String: ZIPEntry]

  /// Opens an archive and reads its directory; arrays are read when asked for.
  ///
  /// - Throws: ``FileError`` if the file cannot be read, is no archive or is cut short, or if a name occurs
  ///   twice.
  public init(_ path: String) throws(FileError) {
    self.path = path
    file = try InputFile(path)
    directory = try ZIPDirectory(file)
    var entries: [String: ZIPEntry] = [:]
    var names: [String] = []
    for entry in directory.entries {
      let name = entry.name.hasSuffix(".npy") ? String(entry.name.dropLast(4)) : entry.name
      guard entries.updateValue(entry, forKey: name) == nil else {
        throw FileError(path, at: "array '\(name)'", "occurs twice")
      }
      names.append(name)
    }
    self.entries = entries
    self.names = names
  }

  /// Reads an array.
  ///
  /// - Parameters:
  ///   - name: Its name, without ".npy".
  ///   - rows: How many entries along the first axis to read at most; nil for all. Where entries are left out
  ///     the check sum, which covers them too, is not verified.
  /// - Throws: ``FileError`` if there is no such array, or if it is damaged or larger than the archive says.
  public func array(_ name: String, rows: Int? = nil) throws(FileError) -> StoredArray {
    let entry = try entry(name)
    let section = try section(of: entry, name)
    guard entry.isDeflated else { return try array(entry, ChecksummedStream(section), rows) }
    return try array(entry, ChecksummedStream(Inflater(section, .raw, limit: entry.size)), rows)
  }

  /// Reads an array as what a model takes, without ever holding it twice.
  ///
  /// - Parameters:
  ///   - name: Its name, without ".npy".
  ///   - rows: How many entries along the first axis to read at most; nil for all.
  /// - Throws: ``FileError`` as ``array(_:rows:)`` and `NPYFile.modelInputs` do.
  public func modelInputs(
    _ name: String, rows: Int? = nil, _ conversion: InputConversion = InputConversion()
  ) throws(FileError) -> HostArray {
    let entry = try entry(name)
    let section = try section(of: entry, name)
    guard entry.isDeflated else {
      return try modelInputs(entry, ChecksummedStream(section), rows, conversion)
    }
    let inflater = try Inflater(section, .raw, limit: entry.size)
    return try modelInputs(entry, ChecksummedStream(inflater), rows, conversion)
  }

  private func modelInputs(
    _ entry: ZIPEntry, _ source: ChecksummedStream<some ByteStream>, _ rows: Int?,
    _ conversion: InputConversion
  ) throws(FileError) -> HostArray {
    var stream = source
    let inputs = try NPYFile.modelInputs(&stream, rows: rows, conversion)
    try check(stream, entry)
    return inputs
  }

  /// Reads only what the archive says about an array.
  ///
  /// - Throws: ``FileError`` if there is no such array, or if its beginning is damaged.
  public func type(of name: String) throws(FileError) -> (shape: [Int], element: ArrayElement) {
    let entry = try entry(name)
    var section = try section(of: entry, name)
    let header: NPYHeader
    if entry.isDeflated {
      var inflater = try Inflater(section, .raw, limit: entry.size)
      header = try NPYHeader(&inflater)
    } else {
      header = try NPYHeader(&section)
    }
    return (header.shape, header.element)
  }

  private func entry(_ name: String) throws(FileError) -> ZIPEntry {
    if let entry = entries[name] { return entry }
    let known = names.isEmpty ? "it holds none" : "it holds \(names.joined(separator: ", "))"
    throw FileError(path, "has no array '\(name)'; \(known)")
  }

  private func section(of entry: ZIPEntry, _ name: String) throws(FileError) -> FileSection {
    FileSection(file, try directory.contents(of: entry, in: file), part: "array '\(name)'")
  }

  private func array(
    _ entry: ZIPEntry, _ source: ChecksummedStream<some ByteStream>, _ rows: Int?
  ) throws(FileError) -> StoredArray {
    var stream = source
    let array = try NPYFile.read(&stream, rows: rows)
    try check(stream, entry)
    return array
  }

  /// Compares the check sum, if all was read.
  private func check(_ stream: ChecksummedStream<some ByteStream>, _ entry: ZIPEntry) throws(FileError) {
    guard stream.bound > 0 || stream.checksum == entry.checksum else {
      throw stream.origin.error("the check sum differs: the contents are damaged")
    }
  }
}
