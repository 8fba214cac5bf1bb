public import Compute

/// Images and their classes to train on.
public struct TrainingSet: Sendable {
  /// `float32[N, ...]`, taken as they are, or `uint8[N, ...]`, divided by 255.
  public let images: HostArray
  /// `int32[N]`.
  public let labels: HostArray

  private let classes: [Int32]

  /// Puts images and labels together.
  ///
  /// - Throws: ``TrainingError`` where the numbers of both differ or an element type is another one.
  public init(images: HostArray, labels: HostArray) throws(TrainingError) {
    guard labels.type.element == .int32, labels.shape.rank == 1, images.shape.rank >= 2,
      images.shape[0] == labels.shape[0], images.shape.count > 0,
      [.float32, .uint8].contains(images.type.element)
    else {
      throw .data(
        "training on images \(images.type) and labels \(labels.type): float32 or uint8 [N, ...] and int32 [N] are "
          + "needed, of one sample or more")
    }
    self.images = images
    self.labels = labels
    classes = labels.integers
  }

  /// The number of samples.
  public var count: Int { classes.count }

  /// The shape of one image.
  public var imageShape: Shape { Shape(Array(images.shape.extents.dropFirst())) }

  /// The images at these positions, as floats.
  func images(at positions: [Int]) -> HostArray {
    let size = imageShape.count * images.type.element.size
    var bytes: [UInt8] = []
    bytes.reserveCapacity(positions.count * size)
    for position in positions { bytes += images.bytes[position * size..<(position + 1) * size] }
    let shape = Shape([positions.count] + imageShape.extents)
    guard images.type.element == .uint8 else { return HostArray(TensorType(shape), bytes: bytes) }
    return HostArray(shape, bytes.map { Float($0) / 255 })
  }

  /// The labels at these positions.
  func labels(at positions: [Int]) -> HostArray {
    HostArray([positions.count], positions.map { classes[$0] })
  }

  /// Finds a label that a model with so many outputs cannot give.
  func check(classCount: Int) throws(TrainingError) {
    guard let sample = classes.firstIndex(where: { $0 < 0 || Int($0) >= classCount }) else { return }
    throw .data(
      "the label of sample \(sample) is \(classes[sample]); the model tells classes 0..<\(classCount) apart")
  }
}
