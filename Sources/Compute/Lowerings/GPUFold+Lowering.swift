extension Planner {
  /// Emits the launches of the GPU family that fold `output` over all but its first `keptAxes` axes by `program`.
  ///
  /// The order of the fold follows from how many elements are folded and how they lie, never from how many
  /// results there are.
  func foldGPU(
    _ output: MapProgramBuilder.Destination, keptAxes: Int, _ builder: MapProgramBuilder,
    _ program: MapProgram
  ) {
    let shape = output.view.shape.extents
    let kept = shape[..<keptAxes].reduce(1, *)
    let folded = shape[keptAxes...].reduce(1, *)
    func launch(_ kernel: String, _ buffers: [BufferID], _ last: Int, _ work: Plan.Work) {
      emit(
        PendingLaunch(
          kernel: kernel, buffers: buffers, integers: [Int32(kept), Int32(last)], work: work, program: program
        ))
    }
    let sources = builder.sources
    if folded > Self.foldSegment {
      let segments = (folded + Self.foldSegment - 1) / Self.foldSegment
      let partials = allocate(kept * segments * 8)
      launch(
        "reduce_segments", sources + [partials], folded,
        .groups(global: [segments * 256, kept], local: [256, 1]))
      launch("reduce_finish", [partials, output.buffer], segments, .groups(global: [kept], local: [256]))
    } else if folded < 64 || (folded < 1024 && output.term.runsAlong(keptAxes)) {
      launch("reduce_items", sources + [output.buffer], folded, .groups(global: [kept], local: [256]))
    } else {
      launch("reduce_group", sources + [output.buffer], folded, .groups(global: [kept * 256], local: [256]))
    }
  }

  /// The elements a work-group folds at most; `REDUCE_SEGMENT` of `Kernels/gpu/reduce.cl`.
  private static var foldSegment: Int { 65536 }
}

extension Term {
  /// Whether neighbours along one of the first `axes` axes are neighbours in memory, in most of what is read.
  ///
  /// Asked of the axes as they are before those of extent 1 vanish, so that one sample is treated as many are.
  fileprivate func runsAlong(_ axes: Int) -> Bool {
    let views = leaves.compactMap { $0.memory?.view }
    let along = views.filter { view in view.strides[..<axes].contains { abs($0) == 1 } }
    return !views.isEmpty && 2 * along.count >= views.count
  }
}
