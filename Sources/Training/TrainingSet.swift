public import Compute

/// Images and their classes to train on.
public struct TrainingSet: Sendable {
  /// `float32[N, ...]`.
  public let images: HostArray
  /// The class of each.
  public let labels: [Int32]

  /// Puts images and labels together.
  ///
  /// - Throws: ``TrainingError`` where there are none, the numbers of both differ, or elements are not `float32`.
  public init(images: HostArray, labels: [Int32]) throws(TrainingError) {
    guard images.type.element == .float32, images.shape.count > 0, images.shape.extents.first == labels.count
    else {
      throw .data(
        "training on images \(images.type) and \(labels.count) labels; float32[N, ...] and N are needed")
    }
    self.images = images
    self.labels = labels
  }

  /// The number of samples.
  public var count: Int { labels.count }

  /// The shape of one image.
  public var imageShape: Shape { Shape(Array(images.shape.extents.dropFirst())) }

  /// The images at these positions.
  func images(at positions: [Int]) -> HostArray {
    let size = imageShape.count * ElementType.float32.size
    var bytes: [UInt8] = []
    bytes.reserveCapacity(positions.count * size)
    for position in positions { bytes += images.bytes[position * size..<(position + 1) * size] }
    return HostArray(TensorType(Shape([positions.count] + imageShape.extents)), bytes: bytes)
  }

  /// The labels at these positions.
  func labels(at positions: [Int]) -> HostArray {
    HostArray([positions.count], positions.map { labels[$0] })
  }

  /// Finds a label that a model with so many outputs cannot give.
  func check(classCount: Int) throws(TrainingError) {
    guard let sample = labels.firstIndex(where: { $0 < 0 || Int($0) >= classCount }) else { return }
    throw .data(
      "the label of sample \(sample) is \(labels[sample]); the model tells classes 0..<\(classCount) apart")
  }
}
