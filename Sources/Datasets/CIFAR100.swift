import ArrayFiles

/// `cifar100:DIR[:train|test]`, `cifar100:FILE`: the binary version of CIFAR-100 with its 100 fine classes, or one of
/// its files.
struct CIFAR100: DataFormat {
  static let scheme = "cifar100"
  static let usage = "cifar100:DIR[:train|test]|FILE.bin"

  private let path: String
  private let part: DataPart
  private let files = CIFARFiles(
    labelBytes: 2, classCount: 100, archiveFolder: "cifar-100-binary", namesFile: "fine_label_names.txt",
    foreign: ForeignCIFARFiles(
      folder: "cifar-100-python", files: ["test", "train", "meta"],
      neededArchive: "cifar-100-binary.tar.gz"))

  init?(_ location: String) {
    (path, part) = DataPart.split(location)
    guard !path.isEmpty else { return nil }
  }

  func load(_ name: String, _ request: DataRequest) throws(FileError) -> Samples {
    let limit = request.rows
    if try files.isFile(path) { return try files.load(name, [path], limit: limit, names: nil) }
    let folder = try files.folder(path)
    let names = try files.classNames(in: folder)
    return try files.load(name, [folder.path(of: "\(part.rawValue).bin")], limit: limit, names: names)
  }
}
