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
  /// The number of each sample within the data set, counted from 0, where some were chosen; nil where they are the
  /// first.
  public let numbers: [Int]?
  /// What was decided while the data were read.
  public let remarks: [DataRemark]

  /// Puts inputs and labels together.
  ///
  /// - Parameters:
  ///   - name: What errors and reports call the data.
  ///   - inputs: float32 of shape `[N, ...]`.
  ///   - labels: The class of each of the `N` samples.
  ///   - classCount: The number of classes, if it is known.
  ///   - classNames: The names of the classes by index, if they are known; they imply the number.
  ///   - numbers: The number of each sample within the data set, where some were chosen.
  ///   - remarks: What was decided while the data were read.
  /// - Throws: ``FileError`` with the name as its path if the parts do not fit together or a label names no
  ///   class.
  public init(
    name: String, inputs: HostArray, labels: [Int32], classCount: Int? = nil, classNames: [String]? = nil,
    numbers: [Int]? = nil, remarks: [DataRemark] = []
  ) throws(FileError) {
    guard inputs.type.element == .float32 else {
      throw FileError(name, "the inputs are \(inputs.type.element), not float32")
    }
    guard let count = inputs.shape.extents.first, count == labels.count else {
      throw FileError(
        name, "inputs of shape \(inputs.shape) and \(labels.count) labels do not belong together")
    }
    guard numbers == nil || numbers?.count == count else {
      throw FileError(name, "\(count) samples have \(numbers?.count ?? 0) numbers")
    }
    let classCount = classNames?.count ?? classCount
    if let sample = labels.firstIndex(where: { $0 < 0 || $0 >= classCount ?? .max }) {
      let range = classCount.map { "0..<\($0)" } ?? "0..."
      throw FileError(name, at: "sample \(sample)", "label \(labels[sample]) is outside \(range)")
    }
    self.init(
      checked: name, inputs: inputs, labels: labels, classCount: classCount, classNames: classNames,
      numbers: numbers, remarks: remarks)
  }

  private init(
    checked name: String, inputs: HostArray, labels: [Int32], classCount: Int?, classNames: [String]?,
    numbers: [Int]?, remarks: [DataRemark]
  ) {
    self.name = name
    self.inputs = inputs
    self.labels = labels
    self.classCount = classCount
    self.classNames = classNames
    self.numbers = numbers
    self.remarks = remarks
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
    return part(bytes, Array(labels[positions]), numbers.map { Array($0[positions]) })
  }

  /// The samples at these positions, in this order.
  ///
  /// - Precondition: Each position lies within `0..<count`.
  public func at(_ positions: [Int]) -> Samples {
    let size = inputs.bytes.count / max(1, count)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(positions.count * size)
    for position in positions { bytes += inputs.bytes[position * size..<(position + 1) * size] }
    return part(bytes, positions.map { labels[$0] }, positions.map { numbers?[$0] ?? $0 })
  }

  /// The number of a sample within the data set.
  public func number(of position: Int) -> Int { numbers?[position] ?? position }

  /// The smallest and the largest element; 0 where there is none.
  ///
  /// - Throws: ``FileError`` for the first element that is not finite, naming its sample.
  public func range() throws(FileError) -> ClosedRange<Float> {
    var (least, most) = (Float.infinity, -Float.infinity)
    var broken: Int?
    // SAFETY: the elements are read within the bytes; the array is not copied, as it may fill half of the memory.
    unsafe inputs.bytes.withUnsafeBytes { bytes in
      for index in 0..<bytes.count / 4 {
        let value = unsafe bytes.loadUnaligned(fromByteOffset: 4 * index, as: Float.self)
        guard value.isFinite else {
          broken = index
          return
        }
        (least, most) = (min(least, value), max(most, value))
      }
    }
    if let broken {
      let (sample, element) = broken.quotientAndRemainder(dividingBy: inputs.shape.count / count)
      let value = self[sample..<sample + 1].inputs.floats[element]
      throw FileError(name, at: "sample \(number(of: sample))", "element \(element) is \(value)")
    }
    return least <= most ? least...most : 0...0
  }

  private func part(_ bytes: [UInt8], _ labels: [Int32], _ numbers: [Int]?) -> Samples {
    let type = TensorType(Shape([labels.count] + sampleShape))
    return Samples(
      checked: name, inputs: HostArray(type, bytes: bytes), labels: labels, classCount: classCount,
      classNames: classNames, numbers: numbers, remarks: remarks)
  }
}
