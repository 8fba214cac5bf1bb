/// What an operation uses to put its launches into a plan.
public struct Lowering {
  let planner: Planner
  let inputs: [Lowered]
  let types: [TensorType]
  var results: [Lowered?]

  init(_ planner: Planner, _ inputs: [Lowered], _ types: [TensorType]) {
    self.planner = planner
    self.inputs = inputs
    self.types = types
    results = types.map { _ in nil }
  }

  /// The kernels to launch.
  public var family: KernelFamily { planner.family }

  /// The type of input `index`.
  func type(_ index: Int) -> TensorType { inputs[index].type }

  /// The extents of input `index` as kernel arguments.
  func extents(_ index: Int) -> [Int32] { inputs[index].type.shape.extents.map(Int32.init) }

  /// A buffer that holds input `index` dense in `layout`; computed, copied or reordered if it does not lie so.
  func buffer(_ index: Int, _ layout: Layout = .dense) -> BufferID { planner.stored(inputs[index], layout) }

  /// Input `index` where it lies, with the strides of its axes; computed first if it lies nowhere.
  func strided(_ index: Int) -> (buffer: BufferID, view: StridedView) { planner.strided(inputs[index]) }

  /// A new buffer for result `index`.
  mutating func result(
    _ index: Int = 0, _ layout: Layout = .dense, as element: StoredElement? = nil
  ) -> BufferID {
    let stored = element ?? StoredElement(types[index].element)
    let buffer = planner.allocate(stored.byteCount(layout.physical(types[index].shape).count))
    results[index] = .stored(types[index], in: buffer, layout: layout, as: stored)
    return buffer
  }

  /// A new buffer that only this operation uses.
  func temporary(_ byteCount: Int) -> BufferID { planner.allocate(byteCount) }

  /// A buffer with these bytes, known now.
  func constant(_ bytes: [UInt8]) -> BufferID { planner.constant(bytes) }

  /// Adds a launch; nothing is added for no work.
  ///
  /// - Parameter inPlace: Whether the kernel allows its result to be its first buffer.
  func launch(
    _ kernel: String, _ buffers: [BufferID], scratch: Int = 0, _ integers: [Int] = [], floats: [Float] = [],
    work: Plan.Work, inPlace: Bool = false
  ) {
    planner.emit(
      PendingLaunch(
        kernel: kernel, buffers: buffers, scratchBytes: scratch, integers: integers.map(Int32.init),
        floats: floats, work: work, program: nil, isInPlace: inPlace, countsWork: true))
  }

  /// Weights in the layout that kernels read, made by a kernel that takes them and the result: once for each set of
  /// weights where they stay the same.
  func packed(
    by kernel: String, _ weights: BufferID, _ integers: [Int], floats: Int, work: Plan.Work
  ) -> BufferID {
    planner.packed(by: kernel, weights, integers) {
      let packed = temporary(floats * 4)
      launch(kernel, [weights, packed], integers, work: work)
      return packed
    }
  }

  /// Explains the choice of the kernels launched from here on, for those who read profiles.
  ///
  /// - Parameter reason: A sentence without its full stop, as in `3x3 of stride 1 from 16 channels on`.
  func because(_ reason: String) { planner.purposes.explain(reason) }
}
