import ArrayFiles
import Compute

/// `folder:DIR`: a folder for each class with its images, PNG or JPEG, all of one size.
///
/// Classes and images are taken in the order of the bytes of their names. Names that begin with a period and
/// files beside the folders of the classes are left out; anything in such a folder that is no image is an
/// error.
struct ImageFolder: DataFormat {
  static let scheme = "folder"
  static let usage = "folder:DIR"

  private let path: String

  init?(_ location: String) {
    guard !location.isEmpty else { return nil }
    path = location
  }

  func load(_ name: String, limit: Int?) throws(FileError) -> Samples {
    let (classes, files) = try files(limit: limit)
    var values: [Float] = []
    var first: ImageFile?
    for (file, _) in files {
      let image = try ImageFile(file)
      if let first {
        try ImageFolder.check(image, against: first)
      } else {
        first = image
        try ImageFolder.checkMemory(files.count, image)
        values.reserveCapacity(files.count * image.values.count)
      }
      values += image.values
    }
    // Without images the shape of one is not known; that happens only where none was asked for.
    let shape = Shape([files.count] + (first?.shape ?? [1, 1, 1]))
    return try Samples(
      name: name, inputs: HostArray(shape, values), labels: files.map(\.label), classNames: classes)
  }

  /// The names of the classes, and the files with their classes as far as the limit goes.
  private func files(limit: Int?) throws(FileError) -> ([String], [(path: String, label: Int32)]) {
    let top = try Folder(path)
    let classes = top.names.filter { Folder.isFolder(top.path(of: $0)) }
    let strays = top.names.filter { !classes.contains($0) && ImageFolder.isImage($0) }
    guard strays.isEmpty else {
      throw FileError(top.path(of: strays[0]), "an image outside the folder of a class; move it into one")
    }
    guard !classes.isEmpty else {
      throw FileError(path, "holds no folders; there should be one for each class, with its images")
    }
    var files: [(path: String, label: Int32)] = []
    for (label, name) in classes.enumerated() where files.count < limit ?? .max {
      let folder = try Folder(top.path(of: name))
      guard !folder.names.isEmpty else { throw FileError(folder.path, "holds no images") }
      for name in folder.names.prefix((limit ?? .max) - files.count) {
        let file = folder.path(of: name)
        guard ImageFolder.isImage(name) else { throw FileError(file, "is neither a .png nor a .jpg file") }
        files.append((file, Int32(label)))
      }
    }
    return (classes, files)
  }

  private static func isImage(_ name: String) -> Bool {
    let name = name.lowercased()
    return [".png", ".jpg", ".jpeg"].contains { name.hasSuffix($0) }
  }

  private static func check(_ image: ImageFile, against first: ImageFile) throws(FileError) {
    guard image.shape != first.shape else { return }
    throw FileError(
      image.path,
      "has \(image.channels) channels of \(image.width) x \(image.height) pixels, while \(first.path) has "
        + "\(first.channels) of \(first.width) x \(first.height); all images must have one size")
  }

  private static func checkMemory(_ count: Int, _ image: ImageFile) throws(FileError) {
    let (elements, overflow) = count.multipliedReportingOverflow(by: image.values.count)
    // Each element takes four bytes, twice while the array is made.
    guard !overflow, elements <= Memory.size / 8 else {
      throw FileError(image.path, "\(count) images of this size do not fit into memory; use --limit")
    }
  }
}
