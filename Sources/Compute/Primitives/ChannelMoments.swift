/// The mean and the mean squared deviation of each channel over all samples and places: `[N, C, ...]` to `[2, C]`.
///
/// Row 0 holds the means, row 1 the biased variances: the statistics of batch normalisation in training.
public struct ChannelMoments: DefinedPrimitive {
  /// The name in printed and saved graphs.
  public static let name = "channelMoments"

  /// Two rows of one element a channel.
  public func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    let shape = inputs[0].shape
    guard inputs[0].element == .float32, shape.rank >= 2, shape.count > 0 else {
      throw TypeMismatch("float32[N, C, ...] with at least one value a channel is needed")
    }
    return [TensorType([2, shape[1]])]
  }

  /// A mean, and the mean square of what is left.
  public func definition(_ inputs: [Tensor]) -> Tensor {
    let (x, axes) = (inputs[0], inputs[0].channelAxes)
    let mean = x.mean(axes, keepingAxes: true)
    let centred = x - mean
    let variance = (centred * centred).mean(axes, keepingAxes: true)
    return .concatenated([mean, variance].map { $0.reshaped([1, x.shape[1]]) }, axis: 0)
  }

  /// A line in each value, whose slope and height are those of its channel: that the mean moves with a value
  /// changes no variance, as deviations add up to 0.
  public func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?] {
    let x = inputs[0]
    let share = 1 / Double(x.shape.count / x.shape[1])
    let slope = cotangent.channelRow(1) * (2 * share)
    let height = cotangent.channelRow(0) * share - slope * output.channelRow(0)
    return [x * slope.channels(of: x) + height.channels(of: x)]
  }

  /// Whether the CPU family's kernels take images of this type.
  public func hasKernels(_ family: KernelFamily, _ inputs: [TensorType]) -> Bool {
    family == .cpu && inputs[0].fillsChannelBlocks
  }

  /// Their sums are rounded at every step.
  public var hasExactKernels: Bool { false }
}

/// The sums over all samples and places of each channel of `x`, and of its products with deviations of `y`.
///
/// Inputs are x and y, `[N, C, ...]`, and centres `[C]`. Of the result, `[2, C]`, row 0 is the sum of x and row 1 that
/// of x · (y - centre): what batch normalisation sends back to its shift and its scale.
public struct ChannelSums: DefinedPrimitive {
  /// The name in printed and saved graphs.
  public static let name = "channelSums"

  /// Three.
  public var inputCount: Int? { 3 }

  /// Two rows of one element a channel.
  public func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    let shape = inputs[0].shape
    guard inputs[0].element == .float32, shape.rank >= 2, inputs[1] == inputs[0],
      inputs[2] == TensorType([shape[1]])
    else { throw TypeMismatch("two float32[N, C, ...] and float32[C] are needed") }
    return [TensorType([2, shape[1]])]
  }

  /// Two sums.
  public func definition(_ inputs: [Tensor]) -> Tensor {
    let (x, y) = (inputs[0], inputs[1])
    let products = x * (y - inputs[2].channels(of: y))
    return .concatenated(
      [x, products].map { $0.sum(x.channelAxes, keepingAxes: true).reshaped([1, x.shape[1]]) }, axis: 0)
  }

  /// Whether the CPU family's kernels take images of this type.
  public func hasKernels(_ family: KernelFamily, _ inputs: [TensorType]) -> Bool {
    family == .cpu && inputs[0].fillsChannelBlocks && inputs[0].shape.count > 0
  }

  /// Their sums are rounded at every step.
  public var hasExactKernels: Bool { false }
}

extension Tensor {
  /// All axes but that of the channels.
  fileprivate var channelAxes: [Int] { [0] + Array(2..<rank) }

  /// Row `index` of `[2, C]`, as `[C]`.
  func channelRow(_ index: Int) -> Tensor {
    sliced(axis: 0, from: index, count: 1).reshaped([shape[1]])
  }
}

extension TensorType {
  /// Whether these are images whose channels fill whole blocks of the blocked layout.
  fileprivate var fillsChannelBlocks: Bool { shape.rank == 4 && shape[1] % Layout.lanes == 0 }
}
