import ArrayFiles

/// `cifar10:DIR[:train|test]`: the binary version of CIFAR-10; DIR may also be one of its files.
struct CIFAR10: DataFormat {
  static let scheme = "cifar10"
  static let usage = "cifar10:DIR[:train|test]"

  private let path: String
  private let part: DataPart
  private let files = CIFARFiles(
    labelBytes: 1, classCount: 10, archiveFolder: "cifar-10-batches-bin", namesFile: "batches.meta.txt")

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
