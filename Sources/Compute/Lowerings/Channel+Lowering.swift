extension ChannelMoments {
  /// One launch over parts of the samples, and one that joins the parts in order.
  public func lower(_ lowering: inout Lowering) {
    let shape = lowering.type(0).shape
    let parts = ChannelParts(shape)
    let result = lowering.result()
    let partial = lowering.temporary(parts.count * 2 * shape[1] * 4)
    lowering.launch(
      "channel_moments", [lowering.buffer(0, .blocked(channels: shape[1])), partial], parts.arguments,
      work: .items(parts.count * parts.blocks))
    lowering.launch(
      "channel_moments_join", [partial, result], parts.arguments, work: .items(parts.blocks))
  }
}

extension ChannelSums {
  /// One launch over parts of the samples, and one that adds the parts in order.
  public func lower(_ lowering: inout Lowering) {
    let shape = lowering.type(0).shape
    let parts = ChannelParts(shape)
    let result = lowering.result()
    let partial = lowering.temporary(parts.count * 2 * shape[1] * 4)
    let layout = Layout.blocked(channels: shape[1])
    lowering.launch(
      "channel_sums", [lowering.buffer(0, layout), lowering.buffer(1, layout), lowering.buffer(2), partial],
      parts.arguments, work: .items(parts.count * parts.blocks))
    lowering.launch(
      "channel_sums_join", [partial, result], [parts.blocks, parts.count], work: .items(parts.blocks))
  }
}

extension ChannelAffine {
  /// Not called: its definition is written out before planning.
  public func lower(_ lowering: inout Lowering) { preconditionFailure("definitions are written out") }
}

/// How the samples of images are split into parts: by their number alone, never by the number of cores.
private struct ChannelParts {
  let count, blocks: Int
  /// `N, C / 16, H * W, parts`, as the kernels list them.
  let arguments: [Int]

  init(_ shape: Shape) {
    count = min(32, shape[0])
    blocks = shape[1] / Layout.lanes
    arguments = [shape[0], blocks, shape[2] * shape[3], count]
  }
}
