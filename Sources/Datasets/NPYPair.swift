import ArrayFiles
import Compute

/// `npy:IMAGES.npy,LABELS.npy`: a pair of numpy files.
struct NPYPair: DataFormat {
  static let scheme = "npy"
  static let usage = "npy:IMAGES.npy,LABELS.npy"
  static let kind = DataKind.arrays

  private let files: FilePair

  init?(_ location: String) {
    guard let files = FilePair(location) else { return nil }
    self.files = files
  }

  func load(_ name: String, _ request: DataRequest) throws(FileError) -> Samples {
    try LabelList.check(
      NPYFile.type(of: files.labels).shape, files.labels, against: NPYFile.type(of: files.inputs).shape,
      files.inputs)
    let labels = try LabelList(NPYFile.read(files.labels, rows: request.rows), files.labels)
    let inputs = try NPYFile.modelInputs(files.inputs, rows: request.rows, InputConversion(request))
    return try Samples(name, inputs, labels, request)
  }
}

extension InputConversion {
  /// What a request says about arrays.
  init(_ request: DataRequest) {
    self.init(range: request.range, movesChannelsFirst: request.layout == .nhwc)
  }
}

extension Samples {
  /// Puts the arrays of files together.
  init(
    _ name: String, _ inputs: HostArray, _ labels: LabelList, _ request: DataRequest
  ) throws(FileError) {
    if request.layout != nil, inputs.shape.rank != 4 {
      throw FileError(
        name, "the inputs are \(inputs.type); --layout is for images, [N, C, H, W] or [N, H, W, C]")
    }
    try self.init(
      name: name, inputs: inputs, labels: labels.labels, classCount: labels.classCount,
      remarks: labels.remarks)
  }
}
