import ArrayFiles

/// `npz:FILE`: a numpy archive with the arrays `images` and `labels`.
struct NPZPair: DataFormat {
  static let scheme = "npz"
  static let usage = "npz:FILE"

  private let path: String

  init?(_ location: String) {
    guard !location.isEmpty else { return nil }
    path = location
  }

  func load(_ name: String, limit: Int?) throws(FileError) -> Samples {
    let archive = try NPZArchive(path)
    let place = "array 'labels'"
    try LabelList.check(
      archive.type(of: "labels").shape, path, at: place, against: archive.type(of: "images").shape, path)
    let images = try archive.array("images", rows: limit)
    let labels = try archive.array("labels", rows: limit)
    return try Samples(
      name: name, inputs: NPYPair.inputs(images, path, at: "array 'images'"),
      labels: LabelList.labels(labels, path, at: place))
  }
}
