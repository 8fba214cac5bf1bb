import ArrayFiles

/// A file with the names of classes, one a line; the line number, counted from 0, is the label.
struct ClassList {
  /// The file.
  let path: String
  /// The names as bytes, as file names are.
  let lines: [RawPath]

  /// The longest file that is read, in bytes.
  private static let longest = 1 << 26

  /// The names as people read them.
  var names: [String] { lines.map(\.text) }

  /// Reads a file.
  ///
  /// - Throws: ``FileError`` if it cannot be read, names nothing, or has an empty or a repeated line.
  init(_ path: String) throws(FileError) { try self.init(RawPath(path)) }

  /// Reads a file.
  ///
  /// - Throws: ``FileError`` if it cannot be read, names nothing, or has an empty or a repeated line.
  init(_ location: RawPath) throws(FileError) {
    let file = try InputFile(location)
    path = file.path
    guard file.size <= ClassList.longest else {
      throw FileError(path, "a list of classes of \(file.size) bytes; at most \(ClassList.longest) are read")
    }
    var lines = try file.read().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { RawPath($0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0) }
    while lines.last?.bytes.isEmpty == true { lines.removeLast() }
    guard !lines.isEmpty else { throw FileError(path, "names no classes; one a line is needed") }
    var seen: [RawPath: Int] = [:]
    for (index, line) in lines.enumerated() {
      guard !line.bytes.isEmpty else {
        throw FileError(
          path, at: "line \(index + 1)", "is empty; the line number is the label, so none can be left out")
      }
      if let first = seen.updateValue(index, forKey: line) {
        throw FileError(path, at: "line \(index + 1)", "'\(line.text)' is already line \(first + 1)")
      }
    }
    self.lines = lines
  }
}

extension Samples {
  /// The samples with the names of a list.
  func named(by list: ClassList) throws(FileError) -> Samples {
    let count = list.lines.count
    if let known = classCount, known != count {
      throw FileError(list.path, "names \(count) classes, and \(name) has \(known)")
    }
    if let sample = labels.firstIndex(where: { $0 >= count }) {
      throw FileError(
        list.path, "names \(count) classes, and sample \(sample) of \(name) has the label \(labels[sample])")
    }
    return try Samples(
      name: name, inputs: inputs, labels: labels, classNames: list.names, numbers: numbers, remarks: remarks)
  }
}
