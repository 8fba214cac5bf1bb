import ArrayFiles

/// `cifar100:DIR[:train|test]`: the binary version of CIFAR-100 with its 100 fine classes; DIR may also be
/// one of its files.
struct CIFAR100: DataFormat {
  static let scheme = "cifar100"
  static let usage = "cifar100:DIR[:train|test]"

  private let path: String
  private let part: DataPart
  private let files = CIFARFiles(
    labelBytes: 2, classCount: 100, archiveFolder: "cifar-100-binary", namesFile: "fine_label_names.txt")

  init?(_ location: String) {
    (path, part) = DataPart.split(location)
    guard !path.isEmpty else { return nil }
  }

  func load(_ name: String, limit: Int?) throws(FileError) -> Samples {
    guard Folder.isFolder(path) || !path.hasSuffix(".bin") else {
      return try files.load(name, [path], limit: limit, names: nil)
    }
    let folder = try files.folder(path)
    let names = try files.classNames(in: folder)
    return try files.load(name, [folder.path(of: "\(part.rawValue).bin")], limit: limit, names: names)
  }
}
