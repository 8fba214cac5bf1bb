extension MatrixMultiply {
  /// One launch; operands are read where they lie.
  func lowerGPU(_ lowering: inout Lowering, _ epilogue: Epilogue) {
    let call = MatrixCall(&lowering, epilogue)
    let (batch, m, n) = (call.batch, call.m, call.n)
    let (a, aStrides) = lowering.matrix(0)
    let (b, bStrides) = lowering.matrix(1)
    // Small tiles where large ones would leave most of a device idle. Each sum is the same chain in both kernels.
    let tiles =
      batch * ((m + Plan.Work.tile - 1) / Plan.Work.tile) * ((n + Plan.Work.tile - 1) / Plan.Work.tile)
    let isNarrow = tiles < 64 || m <= 16 || n <= 16
    lowering.launch(
      isNarrow ? "matmul_narrow" : "matmul", [a, b, call.bias ?? a, call.residual ?? a, call.maskIn ?? a, call.c, call.maskOut ?? call.c],
      [m, n, call.k] + aStrides + bStrides + [call.maskRows, epilogue.flags],
      work: .tiles(columns: n, rows: m, depth: batch, side: isNarrow ? 16 : Plan.Work.tile))
  }
}
