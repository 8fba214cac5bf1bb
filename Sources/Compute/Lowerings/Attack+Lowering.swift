extension ProjectedStep {
  /// One launch, which may write over the images.
  public func lower(_ lowering: inout Lowering) {
    let shape = lowering.type(0).shape
    let (batch, size) = (shape[0], shape.extents.dropFirst().reduce(1, *))
    let (steps, radii) = (lowering.samples(3), lowering.samples(4))
    let buffers = [
      lowering.buffer(0), lowering.buffer(1), lowering.buffer(2), steps.buffer, radii.buffer,
      lowering.result(),
    ]
    let integers = [size, steps.stride, radii.stride]
    let range = [Float(pixels.floats.lowerBound), Float(pixels.floats.upperBound)]
    guard norm == .two else {
      let chunks = (size + 4095) / 4096
      return lowering.launch(
        "pgd_step_linf", buffers, (lowering.family == .gpu ? [batch] : []) + integers, floats: range,
        work: lowering.family == .cpu
          ? .items(batch * chunks) : .groups(global: [batch * size], local: [256]),
        inPlace: true)
    }
    let margin = BallMargin(shape)
    lowering.launch(
      "pgd_step_l2", buffers, integers,
      floats: range + [margin.kept, margin.shrunk, margin.storing].map { Float($0) },
      work: lowering.family == .cpu
        ? .items(size == 0 ? 0 : batch) : .groups(global: [batch * 256], local: [256]),
      inPlace: true)
  }
}

extension JacobianSeed {
  /// One launch; the rows are read where they lie.
  public func lower(_ lowering: inout Lowering) {
    let shape = lowering.type(0).shape
    let pairs = shape[0] * shape[1]
    let rows = lowering.strided(0)
    let (buffer, strides) =
      rows.view.offset == 0 ? (rows.buffer, rows.view.strides) : (lowering.buffer(0), shape.strides)
    lowering.launch(
      "jacobian_seed", [buffer, lowering.result()], [shape[0], shape[1], classes] + strides,
      work: classes == 0
        ? .items(0)
        : lowering.family == .cpu
          ? .items((pairs + 63) / 64) : .groups(global: [pairs * classes], local: [256]))
  }
}

extension Lowering {
  /// Input `index`, `[N]`, where it lies, with the distance from one sample's value to the next: 0 if all share one.
  fileprivate func samples(_ index: Int) -> (buffer: BufferID, stride: Int) {
    if case .constant(let bits) = inputs[index].root.kind {
      return (constant(withBytes(Int32(bitPattern: bits))), 0)
    }
    let (buffer, view) = strided(index)
    return view.offset == 0 ? (buffer, view.strides[0]) : (self.buffer(index), 1)
  }
}
