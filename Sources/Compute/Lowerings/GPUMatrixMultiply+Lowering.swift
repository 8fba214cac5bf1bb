extension MatrixMultiply {
  /// One launch; operands are read where they lie.
  func lowerGPU(_ lowering: inout Lowering) {
    let result = lowering.types[0].shape
    let (batch, m, n, k) = (result[0], result[1], result[2], lowering.type(0).shape[2])
    let (a, aStrides) = lowering.matrix(0)
    let (b, bStrides) = lowering.matrix(1)
    let c = lowering.result()
    // Small tiles where large ones would leave most of a device idle. Each sum is the same chain in both kernels.
    let tiles = batch * ((m + Plan.Work.tile - 1) / Plan.Work.tile) * ((n + Plan.Work.tile - 1) / Plan.Work.tile)
    let isNarrow = tiles < 64 || m <= 16 || n <= 16
    lowering.launch(
      isNarrow ? "matmul_narrow" : "matmul", [a, b, a, a, a, c, c],
      [m, n, k] + aStrides + bStrides + [max(1, batch * m), 0],
      work: .tiles(columns: n, rows: m, depth: batch, side: isNarrow ? 16 : Plan.Work.tile))
  }
}
