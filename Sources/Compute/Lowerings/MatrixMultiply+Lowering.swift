extension MatrixMultiply {
  /// One launch, and in the CPU family one more that packs a second operand that stays the same between runs.
  public func lower(_ lowering: inout Lowering) {
    switch lowering.family {
    case .cpu: lowerCPU(&lowering)
    case .gpu: lowerGPU(&lowering)
    }
  }

  private func lowerCPU(_ lowering: inout Lowering) {
    let result = lowering.types[0].shape
    let (batch, m, n, k) = (result[0], result[1], result[2], lowering.type(0).shape[2])
    let (a, aStrides) = lowering.matrix(0)
    let (b, bStrides) = lowering.matrix(1)
    let c = lowering.result()
    let rows = MatrixMultiply.itemRows(m, items: batch * ((n + 63) / 64))
    let work = Plan.Work.items(k == 0 && result.count == 0 ? 0 : batch * ((n + 63) / 64) * ((m + rows - 1) / rows))
    let planner = lowering.planner
    let tail = [m * n, n, 0, 1, rows]
    guard planner.isSetup(b) else {
      return lowering.launch(
        "matmul", [a, b, a, a, a, c, c], scratch: 45056, [m, n, k] + aStrides + bStrides + tail, work: work)
    }
    let matrices = lowering.type(1).shape[0]
    let packedBatch = k * 16 * ((n + 15) / 16)
    let packed = planner.settingUp(true) { () -> BufferID in
      let packed = lowering.temporary(matrices * packedBatch * 4)
      lowering.launch(
        "pack_matmul", [b, packed], bStrides + [n, k],
        work: .items(matrices * ((n + 63) / 64) * ((k + 127) / 128)))
      return packed
    }
    lowering.launch(
      "matmul_packed", [a, packed, a, a, a, c, c], scratch: 12288,
      [m, n, k] + aStrides + [matrices == 1 ? 0 : packedBatch] + tail, work: work)
  }

  /// Rows of a work-item: as many as fill the registers, fewer where that would leave cores idle. The bits of the
  /// result do not depend on it.
  static func itemRows(_ m: Int, items: Int) -> Int {
    [48, 24, 12].first { items * ((m + $0 - 1) / $0) >= 8 } ?? 12
  }
}

extension Lowering {
  /// Input `index`, `[B, rows, columns]`, where it lies: the buffer, and the strides over batch, rows and columns,
  /// that over a batch of one being 0.
  func matrix(_ index: Int) -> (buffer: BufferID, strides: [Int]) {
    var (buffer, view) = strided(index)
    if view.offset != 0 || view.strides.contains(where: { $0 < 0 }) {
      buffer = planner.stored(inputs[index], .dense)
      view = StridedView(dense: type(index).shape)
      if let dense = inputs[index].denseBuffer(.dense) { buffer = dense }
    }
    return (buffer, [view.shape[0] == 1 ? 0 : view.strides[0], view.strides[1], view.strides[2]])
  }
}
