extension MatrixMultiply {
  /// One launch; operands are read where they lie.
  func lowerGPU(_ lowering: inout Lowering, _ epilogue: Epilogue) {
    let call = MatrixCall(&lowering, epilogue)
    let (batch, m, n) = (call.batch, call.m, call.n)
    let (a, aStrides) = lowering.matrix(0)
    let (b, bStrides) = lowering.matrix(1)
    // Small tiles where large ones would leave most of a device idle. Each sum is the same chain in both kernels.
    let side = Plan.Work.tile
    let isNarrow = m <= 16 || n <= 16 || batch * ((m + side - 1) / side) * ((n + side - 1) / side) < 64
    // Rows that end within a byte of the mask leave it to a launch of its own.
    let packsMask = epilogue.savesMask && n % 8 != 0
    let extras = [call.bias ?? a, call.residual ?? a, call.maskIn ?? a, call.c, call.maskOut ?? call.c]
    lowering.launch(
      isNarrow ? "matmul_narrow" : "matmul", [a, b] + extras,
      [m, n, call.k] + aStrides + bStrides + [call.maskRows, epilogue.flags(writingMask: !packsMask)],
      work: .tiles(columns: n, rows: m, depth: batch, side: isNarrow ? 16 : side))
    if packsMask, let mask = call.maskOut { lowering.packMask(call.c, into: mask, count: batch * m * n) }
  }
}

extension Epilogue {
  /// The kernels' `flags`, without that for saving a mask unless the kernel can write it.
  func flags(writingMask writesMask: Bool) -> Int {
    var epilogue = self
    epilogue.savesMask = savesMask && writesMask
    return epilogue.flags
  }
}

extension Lowering {
  /// Writes where `values` exceed 0 as bits, for producers whose tiles do not end at bytes of the mask.
  func packMask(_ values: BufferID, into mask: BufferID, count: Int) {
    launch("pack_mask", [values, mask], [count], work: .chunks(of: (count + 7) / 8, cpu: 1, in: .gpu))
  }
}
