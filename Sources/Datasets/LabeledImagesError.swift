/// Why images and labels do not make a data set.
public struct LabeledImagesError: Error, Hashable, Sendable {
  /// The ways in which the parts can disagree.
  public enum Problem: Hashable, Sendable {
    /// The shape of an image is not three positive numbers whose product is a number of bytes.
    case imageShape([Int])
    /// A file has the wrong number of dimensions.
    case rank(of: [Int], expected: ClosedRange<Int>)
    /// There are more or fewer pixels than the labels need.
    case count(pixels: Int, imageShape: [Int], labels: Int)
    /// A label names no class.
    case label(Int32, sample: Int, classCount: Int)
  }

  /// The name of the data: of the file or files it came from.
  public let name: String

  /// What is wrong.
  public let problem: Problem

  init(_ name: String, _ problem: Problem) {
    self.name = name
    self.problem = problem
  }
}

extension LabeledImagesError: CustomStringConvertible {
  /// One line that names the data and the problem.
  public var description: String { "\(name): \(problem)" }
}

extension LabeledImagesError.Problem: CustomStringConvertible {
  /// The problem in words, without the name of the data.
  public var description: String {
    switch self {
    case .imageShape(let shape): "\(shape) is not the shape [C, H, W] of an image"
    case .rank(let shape, let expected):
      expected.count == 1
        ? "the shape \(shape) has \(shape.count) dimensions, not \(expected.lowerBound)"
        : "the shape \(shape) has \(shape.count) dimensions, not \(expected.lowerBound) or \(expected.upperBound)"
    case .count(let pixels, let imageShape, let labels):
      "\(pixels) pixels are not \(labels) images of shape \(imageShape), one for each label"
    case .label(let label, let sample, let classCount):
      "sample \(sample): label \(label) is outside 0..<\(classCount)"
    }
  }
}
