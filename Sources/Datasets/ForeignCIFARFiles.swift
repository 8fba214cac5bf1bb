import ArrayFiles

/// The version of CIFAR for Python, which is what most people have: pickled objects, that only Python can read.
struct ForeignCIFARFiles {
  /// The folder of its archive.
  let folder: String
  /// Names of its files.
  let files: [String]
  /// The archive of the version that is read.
  let neededArchive: String

  /// Refuses a folder that holds this version and no other.
  func refuse(_ place: Folder) throws(FileError) {
    let names = place.names
    guard !names.contains(where: { $0.hasSuffix(".bin") }) else { return }
    if names.contains(folder) { throw error(place.path(of: folder)) }
    if let name = names.first(where: files.contains) { throw error(place.path(of: name)) }
    if let archive = names.first(where: { $0.hasPrefix("cifar-10") && $0.hasSuffix(".tar.gz") }) {
      throw FileError(place.path(of: archive), archiveAdvice(archive))
    }
  }

  /// Refuses an archive and a file of this version.
  func refuse(_ file: InputFile) throws(FileError) {
    let start = try file.read(0..<min(2, file.size))
    if start == [0x1F, 0x8B] { throw FileError(file.path, archiveAdvice(file.path)) }
    // Pickled objects of protocol 2 and more begin with this byte and their protocol; in the binary version it
    // would be a label.
    if start.count == 2, start[0] == 0x80, 2...5 ~= start[1] { throw error(file.path) }
  }

  private func archiveAdvice(_ name: String) -> String {
    let unpack = "; unpack it with 'tar xzf' and give the folder"
    guard name.contains("python") else { return "is a compressed archive" + unpack }
    return "is the archive of the Python version, and the binary version is read: get \(neededArchive)"
      + unpack
  }

  private func error(_ path: String) -> FileError {
    FileError(
      path,
      "is the Python version of the data, and the binary version is read: get \(neededArchive), unpack it and "
        + "give its folder")
  }
}
