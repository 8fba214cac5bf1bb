extension MatrixMultiply {
  /// One launch; operands are read where they lie.
  func lowerGPU(_ lowering: inout Lowering, _ epilogue: Epilogue) {
    let call = MatrixCall(&lowering, epilogue)
    let (batch, m, n) = (call.batch, call.m, call.n)
    let (a, aStrides) = lowering.matrix(0)
    let (b, bStrides) = lowering.matrix(1)
    let (kernel, work) = lowering.productKernel(call, right: b)
    // Rows that end within a byte of the mask leave it to a launch of its own.
    let packsMask = epilogue.savesMask && n % 8 != 0
    let extras = [call.bias ?? a, call.residual ?? a, call.maskIn ?? a, call.c, call.maskOut ?? call.c]
    lowering.launch(
      kernel, [a, b] + extras,
      [m, n, call.k] + aStrides + bStrides + [call.maskRows, epilogue.flags(writingMask: !packsMask)],
      work: work)
    if packsMask, let mask = call.maskOut { lowering.packMask(call.c, into: mask, count: batch * m * n) }
  }
}

extension Lowering {
  /// The kernel for a product, and its work.
  ///
  /// Whether it runs on tensor cores, which sum in another order, follows from the layer alone; the size of the
  /// tiles may depend on all extents, for each sum is the same chain whatever they are.
  fileprivate func productKernel(_ call: MatrixCall, right: BufferID) -> (name: String, work: Plan.Work) {
    let (batch, m, n) = (call.batch, call.m, call.n)
    let isLayer = planner.belongsToLayer(right) && n >= 64 && call.k >= 32
    if isLayer, let suffix = planner.options.tensorCoreSuffix(.matrix) {
      return (
        "matmul_" + suffix,
        .tiles(columns: n, by: TensorCoreTile.columns, rows: m, by: TensorCoreTile.rows, depth: batch)
      )
    }
    // Small tiles where large ones would leave most of a device idle.
    let side = Plan.Work.tile
    let isNarrow = m <= 16 || n <= 16 || batch * ((m + side - 1) / side) * ((n + side - 1) / side) < 64
    let work = Plan.Work.tiles(columns: n, rows: m, depth: batch, side: isNarrow ? 16 : side)
    return (isNarrow ? "matmul_narrow" : "matmul", work)
  }
}

extension Planner {
  /// Whether a matrix is a parameter or made of parameters and constants, so that no extent of it counts samples.
  fileprivate func belongsToLayer(_ buffer: BufferID) -> Bool {
    if case .parameter = buffers[buffer].home { return true }
    return isSetup(buffer)
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
