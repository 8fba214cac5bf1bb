/// Which positions of an axis a chain of slices and paddings keeps, and where it puts them.
///
/// Position `low + spacing · t` of the result is position `start + step · t` of the input for each t below
/// `count`; at all others the result is 0.
struct AxisSelection: Hashable, Sendable, Codable {
  var start = 0
  var step = 1
  var low = 0
  var spacing = 1
  var count: Int
  /// The extent of the result.
  var extent: Int

  /// All of an axis.
  init(extent: Int) { (count, self.extent) = (extent, extent) }

  /// The position of the input that position `place` of the result takes, or nil where it is 0.
  func source(of place: Int) -> Int? {
    let distance = place - low
    guard distance >= 0, distance % spacing == 0, distance / spacing < count else { return nil }
    return start + step * (distance / spacing)
  }

  /// This selection with elements put around and between; what a slice of it takes is a selection only where nothing
  /// was put yet.
  func padded(low: Int, high: Int, interior: Int) -> AxisSelection {
    var padded = self
    padded.low = low + (interior + 1) * self.low
    padded.spacing *= interior + 1
    padded.extent = low + high + extent + max(0, extent - 1) * interior
    return padded
  }

  /// What a slice takes of this selection, or nil after a padding.
  func sliced(start: Int, step: Int, count: Int) -> AxisSelection? {
    if start == 0, step == 1, count == extent { return self }
    guard low == 0, spacing == 1, self.count == extent else { return nil }
    var sliced = AxisSelection(extent: count)
    (sliced.start, sliced.step) = (self.start + start * self.step, self.step * step)
    return sliced
  }
}

/// Chosen elements of images in the blocked layout, and zeros elsewhere, in one launch.
struct Selection: Operation {
  static let name = "selection"
  let axes: [AxisSelection]

  func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    [TensorType(Shape(axes.map(\.extent)), inputs[0].element)]
  }

  func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    let type = TensorType(Shape(axes.map(\.extent)), inputs[0].type.element)
    return [
      .generate(type) { place in
        let sources = zip(axes, place).compactMap { $0.source(of: $1) }
        return sources.count == axes.count ? inputs[0][sources] : 0
      }
    ]
  }
}

extension Graph {
  /// This graph with chains of slices and paddings of images as one selection each.
  ///
  /// Shortcuts of residual networks without parameters, and their derivatives, are such chains. A padding writes its
  /// result in the dense order of axes; a selection reads and writes images as convolutions do.
  func fusingSelections() -> Graph {
    guard nodes.indices.contains(where: isLink) else { return self }
    let isRead = readByOthers()
    var chains: [SelectionChain?] = nodes.map { _ in nil }
    var rewriter = GraphRewriter(self)
    for id in nodes.indices {
      chains[id] = chain(endingAt: id, chains)
      if let chain = chains[id], isRead[id], chain.suits(nodes[chain.root].type, nodes[id].type) {
        let fused = rewriter.builder.add(Selection(axes: chain.axes), [rewriter[chain.root]])
        rewriter.replace(id, by: fused)
      } else {
        rewriter.copy(id)
      }
    }
    return rewriter.finished()
  }

  /// The chain that node `id` ends, if it is a slice or a padding with zeros.
  private func chain(endingAt id: NodeID, _ chains: [SelectionChain?]) -> SelectionChain? {
    guard isLink(id) else { return nil }
    let input = nodes[id].inputs[0]
    let longer = chains[input].flatMap { link(id, after: $0) }
    return longer ?? link(id, after: SelectionChain(root: input, shape: nodes[input].type.shape))
  }

  private func link(_ id: NodeID, after chain: SelectionChain) -> SelectionChain? {
    var next = chain
    if let pad = operation(id, Pad.self) {
      next.pads = true
      next.axes = chain.axes.enumerated().map { axis, selection in
        selection.padded(low: pad.low[axis], high: pad.high[axis], interior: pad.interior[axis])
      }
      return next
    }
    guard let slice = operation(id, Slice.self) else { return nil }
    next.axes = chain.axes.enumerated().compactMap { axis, selection in
      selection.sliced(start: slice.starts[axis], step: slice.steps[axis], count: slice.shape[axis])
    }
    return next.axes.count == chain.axes.count ? next : nil
  }

  private func isLink(_ id: NodeID) -> Bool {
    operation(id, Slice.self) != nil || operation(id, Pad.self).map { $0.value == 0 } == true
  }

  /// For each node, whether something else than a slice or a padding reads it.
  private func readByOthers() -> [Bool] {
    var isRead = [Bool](repeating: false, count: nodes.count)
    for id in nodes.indices where !isLink(id) {
      for input in nodes[id].inputs { isRead[input] = true }
    }
    for root in roots { isRead[root] = true }
    return isRead
  }
}

/// Slices and paddings one after the other.
private struct SelectionChain {
  /// The node they begin with.
  let root: NodeID
  var axes: [AxisSelection]
  /// Whether any of them is a padding; slices alone are read in place.
  var pads = false

  init(root: NodeID, shape: Shape) {
    self.root = root
    axes = shape.extents.map(AxisSelection.init(extent:))
  }

  /// Whether the kernel can compute it, and both sides fill blocks of channels.
  func suits(_ input: TensorType, _ output: TensorType) -> Bool {
    guard pads, input.shape.rank == 4, input.element == .float32, output.shape.count > 0 else { return false }
    let (samples, channels) = (axes[0], axes[1])
    return samples == AxisSelection(extent: input.shape[0]) && channels.step == 1 && channels.spacing == 1
      && input.shape[1] >= Layout.lanes && output.shape[1] >= Layout.lanes
  }
}
