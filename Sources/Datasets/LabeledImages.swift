import Compute

/// Samples that are images.
public typealias LabeledImages = Samples

extension Samples {
  /// The elements of all inputs in order.
  public var images: [Float] { inputs.floats }
  /// The shape of one image, `[C, H, W]`.
  public var imageShape: [Int] { sampleShape }
  /// The shape of all inputs together, `[N, ...]`.
  public var shape: [Int] { inputs.shape.extents }
}
