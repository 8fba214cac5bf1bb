extension Selection {
  /// One launch from one blocked tensor to another.
  func lower(_ lowering: inout Lowering) {
    let (input, output) = (lowering.type(0).shape, lowering.types[0].shape)
    let blocks = [input, output].map { ($0[1] + Layout.lanes - 1) / Layout.lanes }
    let x = lowering.buffer(0, .blocked(channels: input[1]))
    let y = lowering.result(0, .blocked(channels: output[1]))
    let channels = [axes[1].start, axes[1].low, axes[1].count]
    let places = axes[2...].flatMap { [$0.start, $0.step, $0.low, $0.spacing, $0.count] }
    lowering.launch(
      "select_blocked", [x, y], blocks + input.extents[2...] + output.extents[2...] + channels + places,
      work: .items(output[0] * blocks[1]))
    if !lowering.planner.options.contains(.layoutChoice) { lowering.makeDense(0) }
  }
}
