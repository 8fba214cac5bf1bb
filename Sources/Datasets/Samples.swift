public import ArrayFiles
public import Compute

/// Inputs of a model, each with the index of its class.
public struct Samples: Hashable, Sendable {
  /// What errors and reports call the data.
  public let name: String
  /// The inputs, float32 of shape `[N, ...]`; images are `[N, C, H, W]` with values in 0...1.
  public let inputs: HostArray
  /// The class of each sample, 0 or more.
  public let labels: [Int32]
  /// The names of the classes by index, where the data tell them.
  public let classNames: [String]?
  /// The number of classes, where the data tell it.
  public let classCount: Int?

  /// Puts inputs and labels together.
  ///
  /// - Parameters:
  ///   - name: What errors and reports call the data.
  ///   - inputs: float32 of shape `[N, ...]`.
  ///   - labels: The class of each of the `N` samples.
  ///   - classCount: The number of classes, if it is known.
  ///   - classNames: The names of the classes by index, if they are known; they imply the number.
  /// - Throws: ``FileError`` with the name as its path if the parts do not fit together or a label names no
  ///   class.
  public init(
    name: String, inputs: HostArray, labels: [Int32], classCount: Int? = nil, classNames: [String]? = nil
  ) throws(FileError) {
    guard inputs.type.element == .float32 else {
      throw FileError(name, "the inputs are \(inputs.type.element), not float32")
    }
    guard let count = inputs.shape.extents.first, count == labels.count else {
      throw FileError(
        name, "inputs of shape \(inputs.shape) and \(labels.count) labels do not belong together")
    }
    let classCount = classNames?.count ?? classCount
    if let sample = labels.firstIndex(where: { $0 < 0 || $0 >= classCount ?? .max }) {
      let range = classCount.map { "0..<\($0)" } ?? "0..."
      throw FileError(name, at: "sample \(sample)", "label \(labels[sample]) is outside \(range)")
    }
    self.init(
      checked: name, inputs: inputs, labels: labels, classCount: classCount, classNames: classNames)
  }

  private init(
    checked name: String, inputs: HostArray, labels: [Int32], classCount: Int?, classNames: [String]?
  ) {
    self.name = name
    self.inputs = inputs
    self.labels = labels
    self.classCount = classCount
    self.classNames = classNames
  }
}

extension Samples {
  /// The number of samples.
  public var count: Int { labels.count }

  /// The shape of one input, without the axis of the samples.
  public var sampleShape: [Int] { Array(inputs.shape.extents.dropFirst()) }

  /// The first samples; all of them where there are no more.
  public func prefix(_ limit: Int) -> Samples { self[0..<min(count, max(0, limit))] }

  /// The samples at these positions.
  ///
  /// - Precondition: `positions` lies within `0..<count`.
  public subscript(positions: Range<Int>) -> Samples {
    guard positions != 0..<count else { return self }
    let size = inputs.bytes.count / max(1, count)
    let bytes = Array(inputs.bytes[positions.lowerBound * size..<positions.upperBound * size])
    let type = TensorType(Shape([positions.count] + sampleShape))
    return Samples(
      checked: name, inputs: HostArray(type, bytes: bytes), labels: Array(labels[positions]),
      classCount: classCount, classNames: classNames)
  }
}
