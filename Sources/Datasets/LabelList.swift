import ArrayFiles

/// Checks of arrays that hold one class a sample.
enum LabelList {
  /// The labels of an array of integers.
  ///
  /// - Throws: ``FileError`` unless the array has one axis and holds integers that classes can have.
  static func labels(
    _ array: StoredArray, _ path: String, at place: String? = nil
  ) throws(FileError) -> [Int32] {
    guard array.shape.count == 1, !array.element.isFloating, array.element != .bool else {
      throw FileError(
        path, at: place,
        "labels are integers of shape [N], not \(array.element.rawValue) of shape \(array.shape)")
    }
    let values = array.integers
    // What 64 signed bits do not hold has moved to their end, which no class has either.
    guard let sample = values.firstIndex(where: { $0 < 0 || $0 >= Int32.max }) else {
      return values.map { Int32($0) }
    }
    let sampleAt = [place, "sample \(sample)"].compactMap { $0 }.joined(separator: ": ")
    throw FileError(path, at: sampleAt, "label \(values[sample]) is no class; classes are counted from 0")
  }

  /// Checks that there are as many labels as inputs.
  ///
  /// - Throws: ``FileError`` about the file of the labels, naming that of the inputs.
  static func check(
    _ labels: [Int], _ path: String, at place: String? = nil, against inputs: [Int], _ inputsPath: String
  ) throws(FileError) {
    guard labels.count == 1 else {
      throw FileError(path, at: place, "labels have one axis, not the shape \(labels)")
    }
    guard let count = inputs.first else {
      throw FileError(inputsPath, "the inputs are a single number, not one entry a sample")
    }
    guard labels[0] == count else {
      throw FileError(
        path, at: place, "there are \(labels[0]) labels for the \(count) inputs of \(inputsPath)")
    }
  }
}
