/// Images of one shape, each with the index of its class.
///
/// Pixels stay bytes, a quarter of what floats take; ``images`` converts them when asked.
public struct LabeledImages: Hashable, Sendable {
  /// The pixels, 0...255, in the order `[N, C, H, W]`.
  public let pixels: [UInt8]

  /// The shape of one image, `[C, H, W]`; no dimension is zero.
  public let imageShape: [Int]

  /// The class of each image, `0..<classCount`.
  public let labels: [Int32]

  /// The number of classes, whether or not each occurs.
  public let classCount: Int

  /// Puts images and their labels together.
  ///
  /// - Parameters:
  ///   - pixels: The pixels, 0...255, in the order `[N, C, H, W]`.
  ///   - imageShape: The shape of one image, `[C, H, W]`.
  ///   - labels: The class of each image.
  ///   - classCount: The number of classes.
  ///   - name: The name that errors give to the data.
  /// - Throws: ``LabeledImagesError`` if the parts do not fit together or a label names no class.
  public init(
    pixels: [UInt8], imageShape: [Int], labels: [Int32], classCount: Int, name: String
  ) throws(LabeledImagesError) {
    guard let size = Self.elementCount(imageShape) else {
      throw LabeledImagesError(name, .imageShape(imageShape))
    }
    // Divided, not multiplied: the product of two given numbers may overflow.
    guard pixels.count.isMultiple(of: size), pixels.count / size == labels.count else {
      throw LabeledImagesError(
        name, .count(pixels: pixels.count, imageShape: imageShape, labels: labels.count))
    }
    if let sample = labels.firstIndex(where: { $0 < 0 || $0 >= classCount }) {
      throw LabeledImagesError(
        name, .label(labels[sample], sample: sample, classCount: classCount))
    }
    self.init(checked: pixels, imageShape, labels, classCount)
  }

  /// Puts a file of images and a file of labels together.
  ///
  /// - Parameters:
  ///   - images: A file of shape `[N, H, W]`, one channel, or `[N, C, H, W]`.
  ///   - labels: A file of shape `[N]`.
  ///   - classCount: The number of classes.
  /// - Throws: ``LabeledImagesError`` if the files do not fit together or a label names no class.
  public init(images: IDXFile, labels: IDXFile, classCount: Int) throws(LabeledImagesError) {
    guard images.shape.count == 3 || images.shape.count == 4 else {
      throw LabeledImagesError(images.name, .rank(of: images.shape, expected: 3...4))
    }
    guard labels.shape.count == 1 else {
      throw LabeledImagesError(labels.name, .rank(of: labels.shape, expected: 1...1))
    }
    let imageShape = images.shape.count == 3 ? [1] + images.shape[1...] : Array(images.shape[1...])
    try self.init(
      pixels: images.elements, imageShape: imageShape, labels: labels.elements.map(Int32.init),
      classCount: classCount, name: "\(images.name), \(labels.name)")
  }

  private init(checked pixels: [UInt8], _ imageShape: [Int], _ labels: [Int32], _ classCount: Int) {
    self.pixels = pixels
    self.imageShape = imageShape
    self.labels = labels
    self.classCount = classCount
  }

  /// The number of elements of `[C, H, W]`, or nil if that is no shape of an image.
  private static func elementCount(_ imageShape: [Int]) -> Int? {
    guard imageShape.count == 3 else { return nil }
    var count = 1
    for extent in imageShape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent > 0, !overflow else { return nil }
      count = product
    }
    return count
  }
}

extension LabeledImages {
  /// The number of images.
  public var count: Int { labels.count }

  /// The shape of all images together, `[N, C, H, W]`.
  public var shape: [Int] { [count] + imageShape }

  /// The images as `[N, C, H, W]`, each value 0...1: a pixel over 255, rounded once.
  ///
  /// - Complexity: O(*n*) in the number of pixels, on every call.
  public var images: [Float] { pixels.map { Float($0) / 255 } }

  /// The images at these positions with their labels.
  ///
  /// - Precondition: `samples` lies within `0..<count`.
  public subscript(samples: Range<Int>) -> LabeledImages {
    let size = imageShape.reduce(1, *)
    return LabeledImages(
      checked: Array(pixels[samples.lowerBound * size..<samples.upperBound * size]), imageShape,
      Array(labels[samples]), classCount)
  }
}
