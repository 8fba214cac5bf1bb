import Compute

extension PrimitiveSample {
  /// Statistics of channels, as batch normalisation in training takes them: of images whose channels fill the blocks
  /// that kernels work on, of others, and of the derivatives, whose sums are primitives too.
  static let channels: [PrimitiveSample] = [
    normalized("batch statistics of rows", [4, 3], order: 3),
    normalized("batch statistics of some channels", [2, 3, 2, 2], order: 2),
    normalized("batch statistics of a block of channels", [3, 16, 2, 1], order: 2),
    normalized("batch statistics of two blocks", [2, 32, 3, 2], order: 1),
    normalized("batch statistics of many samples", [35, 16, 1, 2], order: 0),
    normalized("batch statistics of many places", [2, 16, 17, 19], order: 0),
    PrimitiveSample("batch statistics", [.smooth([3, 16, 2, 2])], order: 2) { x in
      let statistics = x[0].batchNormalizedInTraining().statistics
      return statistics.mean * 2 + statistics.variance.sin()
    },
    backward("sums of channels", [3, 2, 2], order: 2),
    backward("sums of a block of channels", [2, 16, 2, 2], order: 1),
    backward("sums of many samples", [35, 32, 1, 2], order: 0),
    backward("sums of many places", [1, 16, 17, 19], order: 0),
  ]

  private static func channelInputs(_ shape: Shape) -> [SampleInput] {
    [.smooth(shape), .smooth([shape[1]]), .smooth([shape[1]])]
  }

  private static func normalized(_ name: String, _ shape: Shape, order: Int) -> PrimitiveSample {
    PrimitiveSample(name, channelInputs(shape), order: order) { x in
      x[0].batchNormalizedInTraining(scale: x[1], shift: x[2], epsilon: 0.1).output
    }
  }

  private static func backward(_ name: String, _ shape: Shape, order: Int) -> PrimitiveSample {
    PrimitiveSample(name, channelInputs(shape) + [.smooth(shape)], order: order) { x in
      let output = x[0].batchNormalizedInTraining(scale: x[1], shift: x[2], epsilon: 0.1).output
      let sent = output.vectorJacobianProduct(with: x[3], [x[0], x[1], x[2]])
      let places = Shape([shape[1]] + [Int](repeating: 1, count: shape.rank - 2))
      return sent[0] * sent[1].reshaped(places) + sent[2].reshaped(places)
    }
  }
}
