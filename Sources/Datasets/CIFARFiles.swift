import ArrayFiles

/// What the binary versions of CIFAR-10 and CIFAR-100 have in common.
///
/// A file is a list of records: label bytes, then 3,072 pixels as planes of red, green and blue of 32 x 32.
/// https://www.cs.toronto.edu/~kriz/cifar.html
struct CIFARFiles {
  /// Bytes in front of the pixels; the last of them is the label that is used.
  let labelBytes: Int
  /// The number of classes.
  let classCount: Int
  /// The folder of the official archive.
  let archiveFolder: String
  /// The file with the names of the classes, one a line.
  let namesFile: String

  /// The version that is taken for this one.
  let foreign: ForeignCIFARFiles

  /// Pixels of one image.
  private static let pixelCount = 3_072

  /// The folder that holds the files: the one named, or that of the official archive in it.
  ///
  /// - Throws: ``FileError`` if it is missing, or if it holds the Python version alone.
  func folder(_ path: String) throws(FileError) -> Folder {
    let folder = try Folder(path)
    if folder.names.contains(archiveFolder) { return try Folder(folder.path(of: archiveFolder)) }
    try foreign.refuse(folder)
    return folder
  }

  /// Whether a path is that of a file with samples.
  ///
  /// - Throws: ``FileError`` for archives and for files of the Python version.
  func isFile(_ path: String) throws(FileError) -> Bool {
    guard !Folder.isFolder(path) else { return false }
    // What is not there is called a folder, unless its name is that of a file.
    guard path.hasSuffix(".bin") || (try? InputFile(path)) != nil else { return false }
    try foreign.refuse(InputFile(path))
    return true
  }

  /// Reads samples out of files, as far as the limit goes.
  func load(_ name: String, _ paths: [String], limit: Int?, names: [String]?) throws(FileError) -> Samples {
    var pixels: [UInt8] = []
    var labels: [Int32] = []
    for path in paths where labels.count < limit ?? .max {
      try read(path, limit: limit.map { $0 - labels.count }, &pixels, &labels)
    }
    let images = StoredArray(shape: [labels.count, 3, 32, 32], element: .uint8, bytes: pixels)
    guard let inputs = images.modelInputs() else { throw FileError(name, "the images are no bytes") }
    return try Samples(name: name, inputs: inputs, labels: labels, classCount: classCount, classNames: names)
  }

  /// The names of the classes, nil if the folder does not have them.
  func classNames(in folder: Folder) throws(FileError) -> [String]? {
    guard folder.names.contains(namesFile) else { return nil }
    let path = folder.path(of: namesFile)
    let text = String(decoding: try InputFile(path).read(), as: UTF8.self)
    let names = text.split(whereSeparator: \.isNewline).map(String.init)
    guard names.count == classCount else {
      throw FileError(path, "names \(names.count) classes, not \(classCount)")
    }
    return names
  }

  private func read(
    _ path: String, limit: Int?, _ pixels: inout [UInt8], _ labels: inout [Int32]
  ) throws(FileError) {
    let file = try InputFile(path)
    let record = labelBytes + CIFARFiles.pixelCount
    guard file.size > 0, file.size.isMultiple(of: record) else {
      throw FileError(path, "\(file.size) bytes are not a whole number of records of \(record) bytes")
    }
    let count = min(limit ?? .max, file.size / record)
    let bytes = try file.read(0..<count * record)
    pixels.reserveCapacity(pixels.count + count * CIFARFiles.pixelCount)
    for start in stride(from: 0, to: bytes.count, by: record) {
      let label = bytes[start + labelBytes - 1]
      guard label < classCount else {
        throw FileError(
          path, at: "byte \(start + labelBytes - 1)",
          "label \(label) of record \(start / record) is outside 0..<\(classCount)")
      }
      labels.append(Int32(label))
      pixels += bytes[start + labelBytes..<start + record]
    }
  }
}
