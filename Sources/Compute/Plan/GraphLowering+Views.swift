extension GraphLowering {
  /// The result of an operation that renames places: read where its input lies, if that can be.
  func lower(_ view: any ViewOperation, _ type: TensorType, _ input: Lowered) -> Lowered {
    if input.layout.isExact, input.layout != .dense, input.layout.joinsPlanes(input.type.shape, type.shape) {
      return Lowered(type, input.root, layout: input.layout)
    }
    if let repeated = repeatedSample(view, type, input) { return repeated }
    var source = input.layout == .dense ? input : stored(input, .dense)
    let repeats = type.shape.count > input.type.shape.count
    if repeats, source.root.cost > 0, !source.root.leaves.isEmpty { source = stored(source, .dense) }
    if let root = source.root.mapViews(view.view) { return Lowered(type, root) }
    source = stored(source, .dense)
    if let root = source.root.mapViews(view.view) { return Lowered(type, root) }
    preconditionFailure("a dense value takes every view")
  }

  /// A single blocked sample repeated, where it lies.
  private func repeatedSample(_ view: any ViewOperation, _ type: TensorType, _ input: Lowered) -> Lowered? {
    let (from, to) = (input.type.shape, type.shape)
    guard view is Broadcast, input.layout != .dense, from.rank == 4, from[0] == 1,
      from.extents.dropFirst() == to.extents.dropFirst(), input.root.cost == 0
    else { return nil }
    let root = input.root.mapViews { view in
      var (strides, extents) = (view.strides, view.shape.extents)
      (strides[0], extents[0]) = (0, to[0])
      return StridedView(offset: view.offset, strides: strides, shape: Shape(extents))
    }
    return root.map { Lowered(type, $0, layout: input.layout) }
  }
}
