extension Reduce {
  /// One launch that computes the input's terms and folds them; two for few results of many elements.
  public func lower(_ lowering: inout Lowering) {
    let code: Int32 = fold == .sum ? 0 : fold == .maximum ? 1 : 2
    lowering.fold(axes, code)
  }
}

extension ArgumentReduce {
  /// One launch that computes the input's terms and searches them.
  public func lower(_ lowering: inout Lowering) { lowering.fold([axis], largest ? 3 : 4) }
}

extension Lowering {
  /// Folds input 0 over `axes` into result 0.
  ///
  /// - Parameter code: A fold's code in `Kernels/include/program.h`.
  mutating func fold(_ axes: [Int], _ code: Int32) {
    let (root, shape, physicalAxes) = iteration(0)
    let folded = axes.flatMap { physicalAxes[$0] }
    let kept = (0..<shape.rank).filter { !folded.contains($0) }
    let order = kept + folded
    let result = result()
    guard types[0].shape.count > 0 else { return }
    guard type(0).shape.count > 0 else {
      planner.compute(
        Lowered(types[0], .constant(0, types[0].element)), into: result, StoredElement(types[0].element),
        .dense)
      return
    }
    let term = root.mapViews { view in
      StridedView(
        offset: view.offset, strides: order.map { view.strides[$0] }, shape: view.shape.selecting(order))
    }
    let target = StridedView(
      offset: 0, strides: shape.selecting(kept).strides + folded.map { _ in 0 }, shape: shape.selecting(order)
    )
    let output = MapProgramBuilder.Destination(
      term: term ?? root, buffer: result, element: StoredElement(types[0].element), view: target)
    if code == 0, sumsExactly, types[0].element == .float32 {
      return planner.sumExactly(output, kept: kept.count)
    }
    planner.fold(output, kept: kept.count, code, StoredElement(type(0).element))
  }

  /// The term of input `index` in its dense order of axes, and which axes of the iteration each axis became.
  private func iteration(_ index: Int) -> (root: Term, shape: Shape, axes: [[Int]]) {
    let input = inputs[index]
    if input.layout.isExact, input.layout != .dense, let root = input.root.mapViews({ $0.unblocked() }) {
      let axes = input.type.shape.rank == 4 ? [[0], [1, 2], [3], [4]] : [[0, 1, 2], [3], [4]]
      return (root, StridedView(dense: input.physical).unblocked().shape, axes)
    }
    let dense = input.layout == .dense ? input : .stored(input.type, in: buffer(index))
    return (dense.root, input.type.shape, (0..<input.type.shape.rank).map { [$0] })
  }
}

extension Planner {
  /// Emits the launches that fold a term over the trailing axes of its view.
  func fold(_ output: MapProgramBuilder.Destination, kept: Int, _ code: Int32, _ element: StoredElement) {
    var builder = MapProgramBuilder()
    let fold = (kept: kept, code: code, element: element)
    guard let program = builder.build([output], over: output.view.shape, fold: fold) else {
      return foldStored(output, kept: kept, code, element)
    }
    if family == .gpu { return foldGPU(output, keptAxes: kept, builder, program) }
    let outputs = program.extents[..<(program.fold?.kept ?? 0)].reduce(1, *)
    let folded = program.count / max(1, outputs)
    let alongRows =
      program.prefersRows || !limits.allow("reduce_columns", scratch: MapProgram.Limit.columnScratchBytes)
    let blocks = (outputs + MapProgram.Limit.block - 1) / MapProgram.Limit.block
    let items =
      alongRows
      ? (outputs + max(1, MapProgram.Limit.segment / folded) - 1) / max(1, MapProgram.Limit.segment / folded)
      : blocks
    let segments = (folded + MapProgram.Limit.segment - 1) / MapProgram.Limit.segment
    let name = alongRows ? "reduce_rows" : "reduce_columns"
    guard segments > 1, items < 8 else {
      return emit(foldLaunch(name, builder, program, into: output.buffer, items: items))
    }
    let partials = allocate(segments * outputs * 4 * (code >= 3 ? 2 : 1))
    emit(
      foldLaunch(
        name + "_partial", builder, program, into: partials, items: (alongRows ? outputs : blocks) * segments)
    )
    let words = words(of: program)
    emit(
      PendingLaunch(
        kernel: "reduce_join", buffers: [partials, output.buffer, words],
        scratchBytes: MapProgram.Limit.rowScratchBytes, work: .items(blocks), program: program))
  }

  /// The same for a term with too many parts for one program: it is written to memory first.
  private func foldStored(
    _ output: MapProgramBuilder.Destination, kept: Int, _ code: Int32, _ element: StoredElement
  ) {
    let shape = output.view.shape
    let buffer = allocate(element.byteCount(shape.count))
    let dense = StridedView(dense: shape)
    store([.init(term: output.term, buffer: buffer, element: element, view: dense)], over: shape)
    let term = Term(.memory(buffer, element, dense), output.term.element)
    fold(
      .init(term: term, buffer: output.buffer, element: output.element, view: output.view), kept: kept, code,
      element)
  }

  private func foldLaunch(
    _ kernel: String, _ builder: MapProgramBuilder, _ program: MapProgram, into target: BufferID, items: Int
  ) -> PendingLaunch {
    let sources =
      builder.sources
      + Array(
        repeating: builder.sources.first ?? target, count: MapProgram.Limit.sources - builder.sources.count)
    let words = words(of: program)
    return PendingLaunch(
      kernel: kernel, buffers: sources + [target, words],
      scratchBytes: kernel.hasPrefix("reduce_rows")
        ? MapProgram.Limit.rowScratchBytes : MapProgram.Limit.columnScratchBytes,
      work: .items(items), program: program)
  }
}

extension MapProgram {
  /// Whether neighbouring folded elements are neighbours in memory, more than neighbouring results are.
  fileprivate var prefersRows: Bool {
    guard let kept = fold?.kept, kept > 0 else { return true }
    let memory = operands.filter { $0.element != .index }
    let alongFolded = memory.filter { abs($0.strides[extents.count - 1]) == 1 }.count
    let alongKept = memory.filter { abs($0.strides[kept - 1]) == 1 }.count
    return alongFolded >= alongKept
  }
}
