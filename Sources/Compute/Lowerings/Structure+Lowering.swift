// Operations that place elements by writing them: strided stores of the map kernel.

extension Pad {
  /// One launch that fills and one that copies the input to its places.
  public func lower(_ lowering: inout Lowering) {
    let type = lowering.types[0]
    let result = lowering.result()
    let element = StoredElement(type.element)
    let planner = lowering.planner
    planner.compute(Lowered(type, .constant(value, type.element)), into: result, element, .dense)
    let strides = type.shape.strides
    let target = StridedView(
      offset: zip(low, strides).reduce(0) { $0 + $1.0 * $1.1 },
      strides: zip(strides, interior).map { $0 * ($1 + 1) }, shape: lowering.type(0).shape)
    planner.place(lowering.inputs[0], into: result, element, target)
  }
}

extension Concatenate {
  /// One launch an input, each to its part of the result.
  public func lower(_ lowering: inout Lowering) {
    let type = lowering.types[0]
    let result = lowering.result()
    var start = 0
    for input in lowering.inputs {
      let target = StridedView(
        offset: start * type.shape.strides[axis], strides: type.shape.strides, shape: input.type.shape)
      lowering.planner.place(input, into: result, StoredElement(type.element), target)
      start += input.type.shape[axis]
    }
  }
}

extension Planner {
  /// Computes `value` into the places of a buffer that `target`, a view of its shape, names.
  func place(_ value: Lowered, into buffer: BufferID, _ element: StoredElement, _ target: StridedView) {
    let dense = value.layout == .dense ? value : .stored(value.type, in: stored(value, .dense))
    store([.init(term: dense.root, buffer: buffer, element: element, view: target)], over: value.type.shape)
  }
}

// These operations are read where their input lies, or become instructions; planning never asks for a launch.

extension ViewOperation {
  /// Not called: the planner reads views in place.
  public func lower(_ lowering: inout Lowering) { preconditionFailure("\(Self.name) is a view") }
}

extension Elementwise {
  /// Not called: the planner turns maps into instructions.
  public func lower(_ lowering: inout Lowering) { preconditionFailure("maps become instructions") }
}

extension Cast {
  /// Not called: the planner turns casts into instructions.
  public func lower(_ lowering: inout Lowering) { preconditionFailure("casts become instructions") }
}

extension Iota {
  /// Not called: positions are operands of programs.
  public func lower(_ lowering: inout Lowering) { preconditionFailure("positions are operands") }
}
