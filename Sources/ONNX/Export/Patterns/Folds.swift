import Compute

/// A mean over axes.
struct Mean {
  let source: StepID
  let axes: [Int]
  /// Whether the axes stay, with extents of 1.
  let keepsAxes: Bool
}

extension OpenGraph {
  /// A fold over axes, which may be taken away afterwards.
  func fold(_ id: StepID) -> (fold: Fold, source: StepID, axes: [Int], keepsAxes: Bool)? {
    if case .reduce(let fold, let axes) = kind(id) { return (fold, inputs(id)[0], axes, true) }
    guard let folded = operand(id, of: .reshape), case .reduce(let fold, let axes) = kind(folded) else {
      return nil
    }
    let kept = extents(folded).indices.filter { !axes.contains($0) }.map { extents(folded)[$0] }
    return extents(id) == kept ? (fold, inputs(folded)[0], axes, false) : nil
  }

  /// The mean that ends at step `id`: a sum times one over the number of its terms.
  func mean(_ id: StepID) -> Mean? {
    for (sum, factor) in pairs(id, of: .multiply) {
      guard let value = number(factor), let found = fold(sum), found.fold == .sum else { continue }
      let terms = found.axes.map { extents(found.source)[$0].known }
      let known = terms.compactMap { $0 }
      guard known.count == terms.count, Float(value) == Float(1 / Double(known.reduce(1, *))) else {
        continue
      }
      return Mean(source: found.source, axes: found.axes, keepsAxes: found.keepsAxes)
    }
    return nil
  }

  /// Writes a mean.
  func written(_ mean: Mean, _ id: StepID) -> Match {
    let rank = extents(mean.source).count
    if rank >= 3, mean.axes == Array(2..<rank) {
      let pooled = extents(mean.source).indices.map { $0 < 2 ? extents(mean.source)[$0] : .one }
      return Match([mean.source], "GlobalAveragePool").reshaped(from: pooled, to: extents(id))
    }
    return Match(
      [mean.source], "ReduceMean",
      ["axes": .integers(mean.axes), "keepdims": .integer(mean.keepsAxes ? 1 : 0)])
  }
}

extension Pattern {
  /// A mean over axes; over all spatial ones it is a pooling.
  static let mean = Pattern { graph, id in graph.mean(id).map { graph.written($0, id) } }

  /// A fold whose axes are taken away.
  static let reduction = Pattern { graph, id in
    guard let found = graph.fold(id), !found.keepsAxes, !found.axes.isEmpty else { return nil }
    return graph.reduction(found.fold, found.axes, found.source, keepsAxes: false)
  }
}
