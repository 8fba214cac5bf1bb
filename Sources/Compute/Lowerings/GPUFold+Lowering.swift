extension Planner {
  /// Emits the launches of the GPU family that fold a term over the trailing axes of its view: `program` over
  /// `builder.sources` into a buffer.
  func foldGPU(_ output: MapProgramBuilder.Destination, _ builder: MapProgramBuilder, _ program: MapProgram) {
    let keptAxes = program.fold?.kept ?? 0
    let kept = program.extents[..<keptAxes].reduce(1, *)
    let folded = program.extents[keptAxes...].reduce(1, *)
    let segment = 65536
    func launch(_ kernel: String, _ buffers: [BufferID], _ last: Int, _ work: Plan.Work) {
      emit(
        PendingLaunch(
          kernel: kernel, buffers: buffers, integers: [Int32(kept), Int32(last)], work: work, program: program))
    }
    let direct = builder.sources + [output.buffer]
    if folded > segment {
      let segments = (folded + segment - 1) / segment
      let partials = allocate(kept * segments * 8)
      launch(
        "reduce_segments", builder.sources + [partials], folded,
        .groups(global: [segments * 256, kept], local: [256, 1]))
      launch("reduce_finish", [partials, output.buffer], segments, .groups(global: [kept], local: [256]))
    } else if folded < 64 || (folded < 1024 && output.runsAlongResults(program.fold == nil ? 0 : output.keptAxes(program))) {
      launch("reduce_items", direct, folded, .groups(global: [kept], local: [256]))
    } else {
      launch("reduce_group", direct, folded, .groups(global: [kept * 256], local: [256]))
    }
  }
}
