import ArrayFiles

/// `cifar10:DIR[:train|test]`, `cifar10:FILE`: the binary version of CIFAR-10, or one of its files.
struct CIFAR10: DataFormat {
  static let scheme = "cifar10"
  static let usage = "cifar10:DIR[:train|test]|FILE.bin"

  private let path: String
  private let part: DataPart
  private let files = CIFARFiles(
    labelBytes: 1, classCount: 10, archiveFolder: "cifar-10-batches-bin", namesFile: "batches.meta.txt",
    foreign: ForeignCIFARFiles(
      folder: "cifar-10-batches-py", files: ["test_batch", "data_batch_1", "batches.meta"],
      neededArchive: "cifar-10-binary.tar.gz"))

  init?(_ location: String) {
    (path, part) = DataPart.split(location)
    guard !path.isEmpty else { return nil }
  }

  func load(_ name: String, _ request: DataRequest) throws(FileError) -> Samples {
    let limit = request.rows
    if try files.isFile(path) { return try files.load(name, [path], limit: limit, names: nil) }
    let folder = try files.folder(path)
    let names = try files.classNames(in: folder)
    return try files.load(name, paths(in: folder), limit: limit, names: names)
  }

  /// The files of the part: for training every batch that is there, in the order of their numbers.
  private func paths(in folder: Folder) throws(FileError) -> [String] {
    guard part == .training else { return [folder.path(of: "test_batch.bin")] }
    let numbers = folder.names.compactMap(CIFAR10.batchNumber).sorted()
    guard !numbers.isEmpty else { throw FileError(folder.path, "holds no file data_batch_1.bin") }
    return numbers.map { folder.path(of: "data_batch_\($0).bin") }
  }

  private static func batchNumber(_ name: String) -> UInt8? {
    guard name.hasPrefix("data_batch_"), name.hasSuffix(".bin"), name.utf8.count > 15 else { return nil }
    let digits = name.dropFirst(11).dropLast(4)
    return digits.first == "0" ? nil : UInt8(digits)
  }
}
