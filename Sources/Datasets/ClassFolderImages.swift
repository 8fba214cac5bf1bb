import ArrayFiles

/// What lies in folders of images: the images, and what else was found there.
struct ClassFolderImages {
  /// Files that are no images, in the order in which they were found.
  private(set) var strays: [String] = []
  /// The first folder whose images lie in a folder of their own, and how many there are.
  private(set) var nested: (first: String, count: Int)?

  /// The folder within that of a class which images may lie in.
  private static let inner = RawPath("images")
  /// Folders that other programs make.
  static let foreignFolders: Set<RawPath> = [RawPath("__MACOSX"), RawPath("@eaDir")]

  /// The images of a class, in the order of the bytes of their names.
  ///
  /// - Throws: ``FileError`` for a class without images, for images that cannot be read, and for other folders.
  mutating func images(of location: RawPath) throws(FileError) -> [RawPath] {
    let folder = try Folder(location)
    let (images, folders) = try sorted(folder)
    if !images.isEmpty {
      try refuse(folders.first)
      return images
    }
    let inner = folder.path(of: ClassFolderImages.inner)
    guard folders.contains(inner) else {
      try refuse(folders.first)
      throw FileError(folder.path, "holds no images")
    }
    try refuse(folders.first { $0 != inner })
    let innerFolder = try Folder(inner)
    let (nestedImages, deeper) = try sorted(innerFolder)
    try refuse(deeper.first)
    guard !nestedImages.isEmpty else { throw FileError(innerFolder.path, "holds no images") }
    nested = (nested?.first ?? innerFolder.path, (nested?.count ?? 0) + 1)
    return nestedImages
  }

  /// Takes note of what lies beside the folders of classes.
  mutating func pass(_ location: RawPath) { strays.append(location.text) }

  /// What should be known, if anything.
  func remarks(_ folder: String) -> [DataRemark] {
    var remarks: [DataRemark] = []
    if let nested {
      let count = nested.count == 1 ? "1 class" : "\(nested.count) classes"
      remarks.append(
        DataRemark(
          .nestedImages, "the images of \(count) are taken from a folder within, as in \(nested.first)"))
    }
    if !strays.isEmpty {
      let files = strays.count == 1 ? "1 file that is no image" : "\(strays.count) files that are no images"
      let more = strays.count > 4 ? " and \(strays.count - 4) more" : ""
      remarks.append(
        DataRemark(
          .passedOver, "\(folder): passed over \(files): \(strays.prefix(4).joined(separator: ", "))\(more)"))
    }
    return remarks
  }

  /// Images and folders among the entries; the rest is noted.
  private mutating func sorted(_ folder: Folder) throws(FileError) -> (images: [RawPath], folders: [RawPath])
  {
    var (images, folders): ([RawPath], [RawPath]) = ([], [])
    for entry in folder.entries where !ClassFolderImages.foreignFolders.contains(entry) {
      let location = folder.path(of: entry)
      if Folder.isFolder(location) {
        folders.append(location)
      } else if try ClassFolderImages.isImage(entry, location) {
        images.append(location)
      } else {
        strays.append(location.text)
      }
    }
    return (images, folders)
  }

  /// Whether a name is that of an image.
  ///
  /// - Throws: ``FileError`` for images of a kind that is not read.
  static func isImage(_ name: RawPath, _ location: RawPath) throws(FileError) -> Bool {
    if let suffix = ImageFile.foreignSuffixes.first(where: name.hasSuffix) {
      throw FileError(location.text, "\(ImageFile.kinds) files are read, not \(suffix); convert it")
    }
    return ImageFile.suffixes.contains(where: name.hasSuffix)
  }

  private func refuse(_ folder: RawPath?) throws(FileError) {
    guard let folder else { return }
    throw FileError(
      folder.text,
      "is a folder within that of a class; images lie in the folder of their class, or all of them in "
        + "a folder 'images' in it")
  }
}
