// Normalisation: values shifted and scaled to mean 0 and variance 1 over some axes.

extension Tensor {
  /// Each sample's innermost axes normalised, then scaled and shifted element by element.
  ///
  /// Ba, Kiros and Hinton, "Layer normalization", 2016; `torch.nn.functional.layer_norm` (biased variance).
  ///
  /// - Parameters:
  ///   - normalizedRank: How many of the innermost axes are normalised together.
  ///   - scale: Those axes' extents, or nil for 1.
  ///   - shift: Those axes' extents, or nil for 0.
  ///   - epsilon: Added to the variance.
  public func layerNormalized(
    normalizedRank: Int = 1, scale: Tensor? = nil, shift: Tensor? = nil, epsilon: Double = 1e-5,
    fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let place = SourceLocation(fileID, line)
    let given = [scale, shift].compactMap { $0 }
    guard normalizedRank >= 1, normalizedRank <= rank else {
      return refused("layerNormalized", "there are no \(normalizedRank) innermost axes", place)
    }
    let expected = Shape(shape.extents.suffix(normalizedRank))
    guard given.allSatisfy({ $0.shape == expected }) else {
      return refused("layerNormalized", with: given, "scale and shift must be \(expected)", place)
    }
    return composed("layerNormalized", place, given) {
      standardized(over: Array((rank - normalizedRank)..<rank), epsilon).output.affine(scale, shift)
    }
  }

  /// Each channel scaled and shifted by statistics gathered in training: `[N, C, ...]`.
  ///
  /// One scale and one shift for each channel are computed from the parameters first, so that a pass can fold
  /// them into a convolution in front. Ioffe and Szegedy, "Batch normalization", 2015, algorithm 2;
  /// `torch.nn.functional.batch_norm` with `training=False`.
  ///
  /// - Parameters:
  ///   - scale: `[C]`, or nil for 1.
  ///   - shift: `[C]`, or nil for 0.
  ///   - mean: `[C]`, the running mean.
  ///   - variance: `[C]`, the running variance.
  ///   - epsilon: Added to the variance.
  public func batchNormalized(
    scale: Tensor? = nil, shift: Tensor? = nil, mean: Tensor, variance: Tensor, epsilon: Double = 1e-5,
    fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let place = SourceLocation(fileID, line)
    let given = [scale, shift, mean, variance].compactMap { $0 }
    guard fitsChannels(given) else { return refused("batchNormalized", with: given, channelRule, place) }
    return composed("batchNormalized", place, given) {
      let inverse = (variance + epsilon).reciprocalSquareRoot()
      let factor = scale.map { $0 * inverse } ?? inverse
      let offset = shift.map { $0 - mean * factor } ?? -(mean * factor)
      return self * factor.channels(of: self) + offset.channels(of: self)
    }
  }

  /// Each channel of `[N, C, ...]` normalised over all samples and places of this batch, then scaled and
  /// shifted.
  ///
  /// Samples of a batch influence each other here: for training only. Ioffe and Szegedy, "Batch
  /// normalization", 2015, algorithm 1; `torch.nn.functional.batch_norm` with `training=True`.
  ///
  /// - Parameters:
  ///   - scale: `[C]`, or nil for 1.
  ///   - shift: `[C]`, or nil for 0.
  ///   - epsilon: Added to the variance.
  /// - Returns: The result, and the statistics it was normalised by.
  public func batchNormalizedInTraining(
    scale: Tensor? = nil, shift: Tensor? = nil, epsilon: Double = 1e-5,
    fileID: StaticString = #fileID, line: UInt = #line
  ) -> (output: Tensor, statistics: BatchStatistics) {
    let place = SourceLocation(fileID, line)
    let given = [scale, shift].compactMap { $0 }
    guard fitsChannels(given), shape.count > shape[1] else {
      let rule = fitsChannels(given) ? "a channel of one value has no variance" : channelRule
      let output = refused("batchNormalizedInTraining", with: given, rule, place)
      return (output, BatchStatistics(mean: output, variance: output, count: 2))
    }
    var statistics = BatchStatistics(mean: self, variance: self, count: shape.count / Swift.max(1, shape[1]))
    let output = composed("batchNormalizedInTraining", place, given) {
      let moments = builder.add(ChannelMoments(), [self])
      (statistics.mean, statistics.variance) = (moments.channelRow(0), moments.channelRow(1))
      let variance = statistics.variance.knownToBe(.nonNegative)
      let inverse = (variance + epsilon).reciprocalSquareRoot()
      let factor = scale.map { $0 * inverse } ?? inverse
      return builder.add(
        ChannelAffine(), [self, statistics.mean, factor, shift ?? scope.full([shape[1]], 0)])
    }
    return (output, statistics)
  }

  /// The channels of each sample normalised in `groups` of neighbours, then scaled and shifted.
  ///
  /// For `[N, C, ...]`. Wu and He, "Group normalization", 2018, equations 1 to 7;
  /// `torch.nn.functional.group_norm`.
  ///
  /// - Parameters:
  ///   - groups: How many groups; a divisor of C.
  ///   - scale: `[C]`, or nil for 1.
  ///   - shift: `[C]`, or nil for 0.
  ///   - epsilon: Added to the variance.
  public func groupNormalized(
    groups: Int, scale: Tensor? = nil, shift: Tensor? = nil, epsilon: Double = 1e-5,
    fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let place = SourceLocation(fileID, line)
    let given = [scale, shift].compactMap { $0 }
    guard fitsChannels(given), groups >= 1, shape[1] % groups == 0 else {
      return refused(
        "groupNormalized", with: given, "\(channelRule), and \(groups) groups must divide C", place)
    }
    return composed("groupNormalized", place, given) {
      let grouped = reshaped(Shape([shape[0], groups, shape[1] / groups] + shape.extents[2...]))
      let normal = grouped.standardized(over: Array(2..<grouped.rank), epsilon).output.reshaped(shape)
      return normal.affine(scale?.channels(of: self), shift?.channels(of: self))
    }
  }

  /// Each channel of each sample normalised by itself, then scaled and shifted: `[N, C, ...]`.
  ///
  /// Ulyanov, Vedaldi and Lempitsky, "Instance normalization", 2016; `torch.nn.functional.instance_norm`.
  public func instanceNormalized(
    scale: Tensor? = nil, shift: Tensor? = nil, epsilon: Double = 1e-5,
    fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    groupNormalized(
      groups: rank >= 2 ? Swift.max(1, shape[1]) : 1, scale: scale, shift: shift, epsilon: epsilon,
      fileID: fileID,
      line: line)
  }

  /// The deviations from the mean over `axes` divided by their root mean square, and both statistics with the
  /// folded axes kept.
  private func standardized(
    over axes: [Int], _ epsilon: Double
  ) -> (output: Tensor, mean: Tensor, variance: Tensor) {
    let mean = mean(axes, keepingAxes: true)
    let centred = self - mean
    let variance = (centred * centred).mean(axes, keepingAxes: true)
    return (centred * (variance + epsilon).reciprocalSquareRoot(), mean, variance)
  }

  private func affine(_ scale: Tensor?, _ shift: Tensor?) -> Tensor {
    let scaled = scale.map { self * $0 } ?? self
    return shift.map { scaled + $0 } ?? scaled
  }

  private func fitsChannels(_ parameters: [Tensor]) -> Bool {
    rank >= 2 && parameters.allSatisfy { $0.shape == [shape[1]] }
  }

  private var channelRule: String { "[N, C, ...] and [C] are needed" }
}

/// What a batch was normalised by.
public struct BatchStatistics {
  /// The mean of each channel, `[C]`.
  public var mean: Tensor
  /// The mean squared deviation of each channel (the biased variance), `[C]`.
  public var variance: Tensor
  /// How many values of each channel there were, 2 or more.
  public let count: Int

  /// Running statistics moved toward those of this batch by the share `momentum`.
  ///
  /// As in `torch.nn.BatchNorm2d`, the variance counts unbiased. No derivative passes.
  ///
  /// - Parameters:
  ///   - mean: `[C]`.
  ///   - variance: `[C]`.
  ///   - momentum: The weight of this batch, in 0...1.
  public func updating(
    mean: Tensor, variance: Tensor, momentum: Double = 0.1
  ) -> (mean: Tensor, variance: Tensor) {
    let unbiased = self.variance * (Double(count) / Double(Swift.max(1, count - 1)))
    return (
      mean * (1 - momentum) + self.mean.detached() * momentum,
      variance * (1 - momentum) + unbiased.detached() * momentum
    )
  }
}

extension BatchStatistics: TensorTree {
  /// Visits the mean, then the variance.
  public mutating func forEachTensor(_ visit: (inout Tensor) -> Void) {
    visit(&mean)
    visit(&variance)
  }
}
