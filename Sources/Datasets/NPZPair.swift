import ArrayFiles

/// `npz:FILE[:train|test]`: a numpy archive with inputs and labels under the names that are in use.
struct NPZPair: DataFormat {
  static let scheme = "npz"
  static let usage = "npz:FILE[:train|test]"
  static let kind = DataKind.arrays

  private let path: String
  private let part: DataPart?

  /// Two arrays that belong together.
  private struct Names {
    let inputs, labels: String
  }

  /// The names of arrays that are no part of a data set.
  private static let plain = [
    Names(inputs: "images", labels: "labels"), Names(inputs: "x", labels: "y"),
    Names(inputs: "arr_0", labels: "arr_1"),
  ]

  /// The names of Keras and of MedMNIST for a part.
  private static func names(_ part: DataPart) -> [Names] {
    let word = part.rawValue
    return [
      Names(inputs: "x_\(word)", labels: "y_\(word)"),
      Names(inputs: "\(word)_images", labels: "\(word)_labels"),
    ]
  }

  init?(_ location: String) {
    (path, part) = DataPart.splitIfNamed(location)
    guard !path.isEmpty else { return nil }
  }

  func load(_ name: String, _ request: DataRequest) throws(FileError) -> Samples {
    let archive = try NPZArchive(path)
    let names = try names(in: archive)
    let place = "array '\(names.labels)'"
    try LabelList.check(
      archive.type(of: names.labels).shape, path, at: place, against: archive.type(of: names.inputs).shape,
      path)
    let labels = try LabelList(archive.array(names.labels, rows: request.rows), path, at: place)
    let inputs = try archive.modelInputs(names.inputs, rows: request.rows, InputConversion(request))
    return try Samples(name, inputs, labels, request)
  }

  /// The arrays that are meant: those of the part, which without one is the whole, else the test part.
  private func names(in archive: NPZArchive) throws(FileError) -> Names {
    let candidates = part.map(NPZPair.names) ?? (NPZPair.plain + NPZPair.names(.test))
    let present = Set(archive.names)
    let complete = candidates.filter { present.contains($0.inputs) && present.contains($0.labels) }
    guard complete.count < 2 else {
      let pairs = complete.map { "\($0.inputs) and \($0.labels)" }.joined(separator: "; ")
      throw FileError(
        path, "holds more than one data set: \(pairs); say npz:\(path):test or store one of them")
    }
    if let names = complete.first { return names }
    // Half of a pair says best what is missing.
    if let half = candidates.first(where: { present.contains($0.inputs) || present.contains($0.labels) }) {
      let missing = present.contains(half.inputs) ? half.labels : half.inputs
      throw FileError(path, "has no array '\(missing)'; it holds \(archive.names.joined(separator: ", "))")
    }
    let wanted = candidates.map { "\($0.inputs) and \($0.labels)" }.joined(separator: ", or ")
    let held = archive.names.isEmpty ? "no arrays" : archive.names.joined(separator: ", ")
    let other = DataPart.allCases.first { other in
      NPZPair.names(other).contains { present.contains($0.inputs) && present.contains($0.labels) }
    }
    let advice = other.map { "; say npz:\(path):\($0.rawValue)" } ?? ""
    throw FileError(path, "holds \(held), and needed are the arrays \(wanted)\(advice)")
  }
}
