import ArrayFiles
import Compute

/// `npy:IMAGES.npy,LABELS.npy`: a pair of numpy files.
struct NPYPair: DataFormat {
  static let scheme = "npy"
  static let usage = "npy:IMAGES.npy,LABELS.npy"

  private let files: FilePair

  init?(_ location: String) {
    guard let files = FilePair(location) else { return nil }
    self.files = files
  }

  func load(_ name: String, limit: Int?) throws(FileError) -> Samples {
    try LabelList.check(
      NPYFile.type(of: files.labels).shape, files.labels, against: NPYFile.type(of: files.inputs).shape,
      files.inputs)
    let images = try NPYFile.read(files.inputs, rows: limit)
    let labels = try NPYFile.read(files.labels, rows: limit)
    return try Samples(
      name: name, inputs: NPYPair.inputs(images, files.inputs), labels: LabelList.labels(labels, files.labels)
    )
  }

  /// Bytes divided by 255, or floats as they are.
  static func inputs(
    _ array: StoredArray, _ path: String, at place: String? = nil
  ) throws(FileError) -> HostArray {
    guard let inputs = array.modelInputs() else {
      throw FileError(
        path, at: place, "inputs are uint8 in 0...255 or floats, not \(array.element.rawValue)")
    }
    return inputs
  }
}
