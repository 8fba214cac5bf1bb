import ArrayFiles

/// `idx:IMAGES,LABELS`: a pair of IDX files, plain or compressed with gzip.
struct IDXPair: DataFormat {
  static let scheme = "idx"
  static let usage = "idx:IMAGES,LABELS"

  private let files: FilePair

  init?(_ location: String) {
    guard let files = FilePair(location) else { return nil }
    self.files = files
  }

  func load(_ name: String, _ request: DataRequest) throws(FileError) -> Samples {
    try LabelList.check(
      IDXFile.shape(of: files.labels), files.labels, against: IDXFile.shape(of: files.inputs), files.inputs)
    let images = try IDXFile.read(files.inputs, rows: request.rows)
    return try IDXPair.samples(name, images, IDXFile.read(files.labels, rows: request.rows))
  }

  /// Images `[N, H, W]` get an axis of one channel; other shapes stay.
  static func samples(
    _ name: String, _ images: StoredArray, _ labels: StoredArray, classCount: Int? = nil
  ) throws(FileError) -> Samples {
    let shape = images.shape
    let withChannel = shape.count == 3 ? [shape[0], 1] + shape[1...] : shape
    guard let inputs = images.reshaped(to: withChannel).modelInputs() else {
      throw FileError(name, "the images are no bytes")
    }
    return try Samples(
      name: name, inputs: inputs, labels: labels.bytes.map(Int32.init), classCount: classCount)
  }
}
