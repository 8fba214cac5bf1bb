public import Compute

/// What stands between pixels of 0...1 and the numbers that a network takes.
///
/// Put in front of a model, it becomes a part of it: budgets, distances and derivatives stay in units of pixels of
/// 0...1, whatever the network takes. First pixels are brought to the range, then normalised.
public struct PixelPreprocessing: Hashable, Sendable {
  /// What becomes of 0 and 1.
  public var range: ClosedRange<Double> = 0...1
  /// What is subtracted from each channel, in units of the range; empty for nothing.
  public var mean: [Double] = []
  /// What each channel is divided by, more than 0; as many as means.
  public var deviation: [Double] = []

  /// Makes what changes nothing.
  public init() {}

  /// Whether pixels stay as they are.
  public var isIdentity: Bool { range == 0...1 && mean.isEmpty }

  /// The axis of one sample along which the channels lie: the first of as many entries as there are means, else the
  /// last; nil if neither has as many.
  ///
  /// A single mean is that of all channels.
  public func channelAxis(of sample: Shape) -> Int? {
    guard mean.count > 1 else { return 0 }
    let extents = sample.extents
    if extents.first == mean.count { return 0 }
    return extents.last == mean.count ? extents.count - 1 : nil
  }
}

extension Model {
  /// This model behind a preprocessing, taking pixels of 0...1 where it takes one input.
  ///
  /// - Parameters:
  ///   - preprocessing: What is put in front.
  ///   - channels: The channel of each element of a sample whose axes were joined, or nil where
  ///     ``PixelPreprocessing/channelAxis(of:)`` finds them.
  public func behind(_ preprocessing: PixelPreprocessing, channels: [Int]? = nil) -> Model {
    guard !preprocessing.isIdentity else { return self }
    let plain = self
    return Model(inputs: inputs, outputs: outputs, parameters: parameters) { inputs, scope in
      guard let pixels = inputs.first, inputs.count == 1 else {
        throw LayerError("", "pixels are preprocessed for a network of one input, not of \(inputs.count)")
      }
      return try plain.apply([preprocessing.applied(to: pixels, channels)], scope)
    }
  }
}

extension PixelPreprocessing {
  fileprivate func applied(to pixels: Tensor, _ channels: [Int]?) throws -> Tensor {
    let scope = pixels.scope
    let scaled = range == 0...1 ? pixels : pixels * (range.upperBound - range.lowerBound) + range.lowerBound
    guard !mean.isEmpty else { return scaled }
    let shape = try constantShape(for: pixels.shape, channels)
    func constant(_ numbers: [Double]) -> Tensor {
      let values = (channels ?? Array(numbers.indices)).map { Float(numbers[numbers.count == 1 ? 0 : $0]) }
      return scope.constant(HostArray(shape, values))
    }
    // A factor, not a divisor: then it can be multiplied into the convolution behind.
    return (scaled - constant(mean)) * constant(deviation.map { 1 / $0 })
  }

  /// The shape of one number a channel, or an element, that broadcasts against samples of this shape.
  private func constantShape(for samples: Shape, _ channels: [Int]?) throws -> Shape {
    let sample = Shape(Array(samples.extents.dropFirst()))
    if let channels {
      guard channels.count == sample.count else {
        throw LayerError("", "\(channels.count) elements have channels, and a sample is \(sample)")
      }
      return Shape([1] + sample.extents)
    }
    guard let axis = channelAxis(of: sample), mean.count == deviation.count else {
      throw LayerError(
        "",
        "a normalisation by \(mean.count) means and \(deviation.count) deviations does not fit samples \(sample)"
      )
    }
    var extents = [Int](repeating: 1, count: samples.rank)
    if mean.count > 1 { extents[axis + 1] = mean.count }
    return Shape(extents)
  }
}
