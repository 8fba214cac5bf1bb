import ArrayFiles

/// Labels as arrays have them: one class a sample, `[N]` or `[N, 1]`, or one-hot, `[N, K]`.
struct LabelList {
  /// The class of each sample.
  let labels: [Int32]
  /// The number of classes, where the array tells it.
  var classCount: Int?
  /// What should be known, if anything.
  var remarks: [DataRemark] = []

  /// Reads the classes out of an array.
  ///
  /// - Parameters:
  ///   - path: The file, for errors.
  ///   - place: The place in it, for errors.
  /// - Throws: ``FileError`` unless the array is of one of the three forms and holds integers that classes can
  ///   have, or in each row of `[N, K]` one 1 and zeros.
  init(_ array: StoredArray, _ path: String, at place: String? = nil) throws(FileError) {
    if array.shape.count == 2, array.shape[1] > 1 {
      self = try LabelList(oneHot: array, path, place)
      return
    }
    guard array.shape.count == 1 || array.shape.count == 2, !array.element.isFloating, array.element != .bool
    else {
      throw FileError(
        path, at: place,
        "labels are integers of shape [N] or [N, 1], or one-hot [N, K], not \(array.element.rawValue) of shape "
          + "\(array.shape)")
    }
    let values = array.integers
    // What 64 signed bits do not hold has moved to their end, which no class has either.
    if let sample = values.firstIndex(where: { $0 < 0 || $0 >= Int32.max }) {
      throw FileError(
        path, at: LabelList.place(place, sample),
        "label \(values[sample]) is no class; classes are counted from 0")
    }
    labels = values.map { Int32($0) }
  }

  private init(oneHot array: StoredArray, _ path: String, _ place: String?) throws(FileError) {
    let (count, width) = (array.shape[0], array.shape[1])
    let values = array.doubles
    var labels: [Int32] = []
    labels.reserveCapacity(count)
    for sample in 0..<count {
      let row = values[sample * width..<(sample + 1) * width]
      guard row.allSatisfy({ $0 == 0 || $0 == 1 }), row.count(where: { $0 == 1 }) == 1,
        let one = row.firstIndex(of: 1)
      else {
        throw FileError(
          path, at: LabelList.place(place, sample),
          "the labels are \(array.element.rawValue) of shape \(array.shape), and this row is not one-hot: a 1 for its "
            + "class and zeros are needed")
      }
      labels.append(Int32(one - row.startIndex))
    }
    self.labels = labels
    classCount = width
    remarks = [DataRemark(.labelForm, "\(path): the labels are one-hot of \(width) classes")]
  }

  /// Checks that there are as many labels as inputs.
  ///
  /// - Throws: ``FileError`` about the file of the labels, naming that of the inputs.
  static func check(
    _ labels: [Int], _ path: String, at place: String? = nil, against inputs: [Int], _ inputsPath: String
  ) throws(FileError) {
    guard 1...2 ~= labels.count else {
      throw FileError(
        path, at: place, "labels have one axis, or two if they are one-hot, not the shape \(labels)")
    }
    guard let count = inputs.first else {
      throw FileError(inputsPath, "the inputs are a single number, not one entry a sample")
    }
    guard labels[0] == count else {
      throw FileError(
        path, at: place, "there are \(labels[0]) labels for the \(count) inputs of \(inputsPath)")
    }
  }

  private static func place(_ place: String?, _ sample: Int) -> String {
    [place, "sample \(sample)"].compactMap { $0 }.joined(separator: ": ")
  }
}
