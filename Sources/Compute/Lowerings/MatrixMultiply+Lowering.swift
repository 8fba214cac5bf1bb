extension MatrixMultiply {
  /// One launch, and in the CPU family one more that packs a second operand that stays the same between runs.
  public func lower(_ lowering: inout Lowering) {
    if lowering.sumsExactly { lowerExactly(&lowering) } else { lower(&lowering, Epilogue()) }
  }

  func lower(_ lowering: inout Lowering, _ epilogue: Epilogue) {
    switch lowering.family {
    case .cpu: lowerCPU(&lowering, epilogue)
    case .gpu: lowerGPU(&lowering, epilogue)
    }
  }

  private func lowerCPU(_ lowering: inout Lowering, _ epilogue: Epilogue) {
    let call = MatrixCall(&lowering, epilogue)
    let (batch, m, n, k) = (call.batch, call.m, call.n, call.k)
    let (a, aStrides) = lowering.matrix(0)
    let (b, bStrides) = lowering.matrix(1)
    let rows = MatrixMultiply.itemRows(m, items: batch * ((n + 63) / 64))
    let work = Plan.Work.items(batch * ((n + 63) / 64) * ((m + rows - 1) / rows))
    let planner = lowering.planner
    let tail = [m * n, n, epilogue.flags, call.maskRows, rows]
    let extras = [call.bias ?? a, call.residual ?? a, call.maskIn ?? a, call.maskOut ?? call.c, call.c]
    // Where a work-item cannot copy what it needs, the operand is packed in every run.
    guard planner.isSetup(b) || !lowering.limits.allow("matmul", scratch: MatrixMultiply.copyingScratch)
    else {
      return lowering.launch(
        "matmul", [a, b] + extras, scratch: MatrixMultiply.copyingScratch,
        [m, n, k] + aStrides + bStrides + tail, work: work)
    }
    let matrices = lowering.type(1).shape[0]
    let packedBatch = k * 16 * ((n + 15) / 16)
    let packed = lowering.packed(
      by: "pack_matmul", b, bStrides + [n, k], floats: matrices * packedBatch,
      work: .items(matrices * ((n + 63) / 64) * ((k + 127) / 128)))
    lowering.launch(
      "matmul_packed", [a, packed] + extras, scratch: 12288,
      [m, n, k] + aStrides + [matrices == 1 ? 0 : packedBatch] + tail, work: work)
  }

  /// Bytes of scratch for a panel of the second operand and the sums of 48 rows.
  private static let copyingScratch = 45056

  /// Rows of a work-item: as many as fill the registers, fewer where that would leave cores idle.
  ///
  /// The bits of the result do not depend on it.
  static func itemRows(_ m: Int, items: Int) -> Int {
    [48, 24, 12].first { items * ((m + $0 - 1) / $0) >= 8 } ?? 12
  }
}

/// What both families' products need besides the operands.
struct MatrixCall {
  let batch, m, n, k: Int
  let c: BufferID
  private(set) var bias, residual, maskIn, maskOut: BufferID?
  /// Rows of the mask read; the result's rows take them in turn.
  private(set) var maskRows = 1

  init(_ lowering: inout Lowering, _ epilogue: Epilogue) {
    let (a, b) = (lowering.type(0).shape, lowering.type(1).shape)
    (batch, m, n, k) = (Swift.max(a[0], b[0]), a[1], b[2], a[2])
    bias = epilogue.bias.map { lowering.buffer($0) }
    residual = epilogue.residual.map { lowering.buffer($0) }
    if let mask = epilogue.mask {
      maskIn = lowering.bits(mask, .dense)
      maskRows = Swift.max(1, lowering.type(mask).shape.count / Swift.max(1, n))
    }
    c = lowering.result()
    if epilogue.savesMask { maskOut = lowering.result(1, .dense, as: .bit) }
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
