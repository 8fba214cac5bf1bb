extension Lowering {
  /// A window kernel of the GPU family, from the name and the integers that the CPU family's takes.
  ///
  /// Here the planes come first and there are no lanes; the kernels that use indices take the bytes of one and then
  /// the planes that have indices, which in the CPU family are part of the name and come first.
  func windowGPU(_ kernel: String, _ buffers: [BufferID], _ integers: [Int], over result: Shape) {
    let isWide = kernel.hasSuffix("_wide")
    let name = isWide ? String(kernel.dropLast("_wide".count)) : kernel
    var shape = Array(integers.suffix(13))
    shape.remove(at: 2)
    let period = integers.dropLast(13)
    let indexBytes = name == "window_sum" || name == "window_spread" ? [] : [isWide ? 4 : 1]
    launch(
      name, buffers, [result[0]] + shape + indexBytes + period,
      work: .chunks(of: result.count, cpu: 1, in: .gpu))
  }
}
