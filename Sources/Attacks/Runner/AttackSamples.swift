public import Compute

/// What is attacked: images with their labels, and where they come from.
public struct AttackSamples: Sendable {
  /// `[N, ...]`, `float32`.
  public let images: HostArray
  /// The class of each.
  public let labels: [Int32]
  /// The class that each is to be mistaken for; nil where any wrong one will do.
  public let targets: [Int32]?
  /// The original index of each, which its random numbers belong to.
  public let indices: [Int32]

  /// How many there are.
  public var count: Int { labels.count }

  /// Puts images and labels together.
  ///
  /// - Parameter indices: 0..<N when nil; part of a data set gives the numbers of its samples, so that each
  ///   is attacked as it is within the whole.
  /// - Throws: ``AttackError`` of kind `data` when there are no samples, the numbers of them differ, or
  ///   elements are not `float32`.
  public init(
    images: HostArray, labels: [Int32], targets: [Int32]? = nil, indices: [Int32]? = nil
  ) throws {
    guard images.type.element == .float32, let count = images.shape.extents.first, count > 0 else {
      throw AttackError(.data, "images of \(images.type) cannot be attacked; float32[N, ...] is needed")
    }
    for (name, values) in [("labels", labels), ("targets", targets), ("indices", indices)] {
      if let values, values.count != count {
        throw AttackError(.data, "there are \(count) images and \(values.count) \(name)")
      }
    }
    if let targets, let same = zip(labels, targets).enumerated().first(where: { $0.1.0 == $0.1.1 }) {
      throw AttackError(.data, "the target of sample \(same.0) is its own label, \(same.1.0)")
    }
    self.images = images
    self.labels = labels
    self.targets = targets
    self.indices = indices ?? (0..<count).map(Int32.init)
  }

  /// The extents of one image.
  var imageShape: Shape { Shape(Array(images.shape.extents.dropFirst())) }

  /// Bytes of one image.
  var imageBytes: Int { imageShape.count * ElementType.float32.size }

  /// The image of a sample.
  func image(_ sample: Int) -> ArraySlice<UInt8> {
    images.bytes[(sample * imageBytes)..<((sample + 1) * imageBytes)]
  }

  /// Finds labels and targets that are no classes.
  func requireClasses(_ count: Int) throws {
    for (name, values) in [("label", labels), ("target", targets ?? [])] {
      if let sample = values.firstIndex(where: { $0 < 0 || $0 >= count }) {
        throw AttackError(
          .data, "the \(name) of sample \(sample) is \(values[sample]); the model has \(count) classes")
      }
    }
  }

  /// Finds pixels outside the range of a threat model.
  func requirePixels(in range: ClosedRange<Double>) throws {
    // One image after the other: all of them may fill half of the memory.
    for sample in 0..<count {
      let pixels = images.samples(sample..<sample + 1).floats
      guard let place = pixels.firstIndex(where: { !range.contains(Double($0)) }) else { continue }
      throw AttackError(
        .data,
        "pixel \(place) of sample \(indices[sample]) is \(pixels[place]), outside \(range); scale images to that "
          + "range (--range LOW..HIGH) and put normalisation into the model (--normalize MEANS:DEVIATIONS)")
    }
  }
}
