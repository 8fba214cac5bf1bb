import ArrayFiles
import Compute

/// `folder:DIR`: a folder for each class with its images: PNG, JPEG, BMP or WebP.
///
/// Images are taken in the order of the bytes of their names, classes as ``ClassFolders`` says. Names that begin with a
/// period are left out; other files that are no images are passed over with a remark.
struct ImageFolder: DataFormat {
  static let scheme = "folder"
  static let usage = "folder:DIR"
  static let kind = DataKind.imageFiles

  private let path: String

  /// The list of classes that may lie in the folder.
  private static let listName = RawPath("classes.txt")

  init?(_ location: String) {
    guard !location.isEmpty else { return nil }
    path = location
  }

  func load(_ name: String, _ request: DataRequest) throws(FileError) -> Samples {
    let listing = try listing(request)
    let labels = listing.files.map(\.label)
    let choice = SampleChoice(request: request, name: name)
    let numbers = try choice.numbers(labels, classNames: listing.classNames)
    var stack = ImageStack(count: numbers.count, request.resizing)
    for number in numbers { try stack.append(ImageFile(listing.files[number].location)) }
    return try Samples(
      name: name, inputs: stack.inputs(), labels: numbers.map { labels[$0] }, classNames: listing.classNames,
      numbers: request.isChoice ? numbers : nil, remarks: listing.remarks + stack.remarks)
  }

  /// The images of a folder, as far as they are needed.
  private struct Listing {
    let classNames: [String]
    var files: [(location: RawPath, label: Int32)] = []
    var remarks: [DataRemark]
  }

  private func listing(_ request: DataRequest) throws(FileError) -> Listing {
    let top = try Folder(path)
    var images = ClassFolderImages()
    let names = try folders(of: top, &images)
    guard !names.isEmpty else {
      throw FileError(path, "holds no folders; there should be one for each class, with its images")
    }
    let list = try classList(top, request)
    let classes = try ClassFolders(names, in: path, list: list)
    var listing = Listing(classNames: classes.classNames, remarks: classes.remarks)
    if let list, request.classList == nil {
      listing.remarks.append(
        DataRemark(.classList, "\(list.path): the labels are the numbers of its lines, counted from 0"))
    }
    for (name, label) in classes.folders where listing.files.count < request.rows ?? .max {
      let locations = try images.images(of: top.path(of: name))
      listing.files += locations.prefix((request.rows ?? .max) - listing.files.count).map { ($0, label) }
    }
    listing.remarks += images.remarks(path)
    return listing
  }

  /// The folders of classes.
  private func folders(
    of top: Folder, _ images: inout ClassFolderImages
  ) throws(FileError) -> [RawPath] {
    var names: [RawPath] = []
    for entry in top.entries
    where entry != ImageFolder.listName && !ClassFolderImages.foreignFolders.contains(entry) {
      let location = top.path(of: entry)
      if Folder.isFolder(location) {
        names.append(entry)
      } else if try ClassFolderImages.isImage(entry, location) {
        throw FileError(location.text, "an image outside the folder of a class; move it into one")
      } else {
        images.pass(location)
      }
    }
    return names
  }

  private func classList(_ top: Folder, _ request: DataRequest) throws(FileError) -> ClassList? {
    if let path = request.classList { return try ClassList(path) }
    return top.entries.contains(ImageFolder.listName)
      ? try ClassList(top.path(of: ImageFolder.listName)) : nil
  }
}
