import ArrayFiles

/// `folder:DIR`: a folder of PNG and JPEG files for each class.
struct ImageFolder: DataFormat {
  static let scheme = "folder"
  static let usage = "folder:DIR"

  private let path: String

  init?(_ location: String) {
    guard !location.isEmpty else { return nil }
    path = location
  }

  func load(_ name: String, limit: Int?) throws(FileError) -> Samples { throw FileError(path, "not yet") }
}
