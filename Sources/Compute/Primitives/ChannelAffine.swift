/// Deviations of each channel from a centre, scaled and shifted: (x - centre) · factor + shift.
///
/// Inputs are x, `[N, C, ...]`, and centres, factors and shifts, `[C]` each. It is element-wise work for every device; as
/// a primitive its derivative for the channels is two sums found in one pass over x and the cotangent.
public struct ChannelAffine: DefinedPrimitive {
  /// The name in printed and saved graphs.
  public static let name = "channelAffine"

  /// Four.
  public var inputCount: Int? { 4 }

  /// The type of x.
  public func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    let shape = inputs[0].shape
    guard inputs[0].element == .float32, shape.rank >= 2,
      inputs[1...].allSatisfy({ $0 == TensorType([shape[1]]) })
    else { throw TypeMismatch("float32[N, C, ...] and three float32[C] are needed") }
    return [inputs[0]]
  }

  /// One product and one sum: what is left of the centre is the channel's own.
  public func definition(_ inputs: [Tensor]) -> Tensor {
    let (x, factor) = (inputs[0], inputs[2])
    return x * factor.channels(of: x) + (inputs[3] - inputs[1] * factor).channels(of: x)
  }

  /// A multiple of the cotangent for x, its sum for the shift, and its sum with the deviations for the factor.
  public func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?] {
    let (x, centre, factor) = (inputs[0], inputs[1], inputs[2])
    let sums = x.builder.add(ChannelSums(), [cotangent, x, centre])
    let total = sums.channelRow(0)
    return [cotangent.weighed(by: factor.channels(of: x)), -(total * factor), sums.channelRow(1), total]
  }

  /// No kernel: maps do it.
  public func hasKernels(_ family: KernelFamily, _ inputs: [TensorType]) -> Bool { false }
}
