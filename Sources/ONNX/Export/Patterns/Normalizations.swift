import Compute

extension OpenGraph {
  /// A step as the sum of another and a number.
  func shifted(_ id: StepID) -> (StepID, Double)? {
    for (term, number) in pairs(id, of: .add) {
      if let value = self.number(number), self.number(term) == nil { return (term, value) }
    }
    return nil
  }

  /// Elements minus their mean, and divided by the root of their mean square plus `epsilon`, over the last
  /// axes.
  func standardized(_ id: StepID) -> (source: StepID, firstAxis: Int, epsilon: Double)? {
    for (centred, scale) in pairs(id, of: .multiply) {
      guard let terms = operands(centred, of: .subtract),
        let mean = mean(beforeBroadcast(terms[1])), mean.source == terms[0], mean.keepsAxes,
        let root = operands(beforeBroadcast(scale), of: .reciprocalSquareRoot),
        let (variance, epsilon) = shifted(root[0]),
        let spread = self.mean(variance), spread.axes == mean.axes, spread.keepsAxes,
        operands(spread.source, of: .multiply) == [centred, centred],
        let first = mean.axes.first, mean.axes == Array(first..<extents(id).count)
      else { continue }
      return (mean.source, first, epsilon)
    }
    return nil
  }

  /// The step that is stretched to step `id`, if it has exactly the extents from `axis` on.
  fileprivate func innermost(_ id: StepID, from axis: Int) -> StepID? {
    let source = beforeStretching(id)
    return extents(source) == Array(extents(id)[axis...]) ? source : nil
  }
}

extension Pattern {
  /// Each sample's innermost axes standardized, scaled and, perhaps, shifted.
  static let layerNormalization = Pattern { graph, id in
    func scaled(_ id: StepID) -> (StepID, StepID, Int, Double)? {
      for (normal, factor) in graph.pairs(id, of: .multiply) {
        guard let (source, axis, epsilon) = graph.standardized(normal),
          let scale = graph.innermost(factor, from: axis)
        else { continue }
        return (source, scale, axis, epsilon)
      }
      return nil
    }
    func match(_ found: (StepID, StepID, Int, Double), _ shift: StepID?) -> Match {
      let (source, scale, axis, epsilon) = found
      return Match(
        [source, scale] + (shift.map { [$0] } ?? []), "LayerNormalization",
        ["axis": .integer(axis), "epsilon": .float(epsilon)])
    }
    for (product, offset) in graph.pairs(id, of: .add) {
      if let found = scaled(product), let shift = graph.innermost(offset, from: found.2) {
        return match(found, shift)
      }
    }
    return scaled(id).map { match($0, nil) }
  }

  /// Channels scaled and shifted by statistics that are known.
  static let batchNormalization = Pattern { graph, id in
    guard graph.extents(id).count >= 3 else { return nil }
    for (product, offset) in graph.pairs(id, of: .add) {
      for (source, scale) in graph.pairs(product, of: .multiply) {
        guard let factor = graph.vector(scale, along: 1), let shift = graph.vector(offset, along: 1),
          let statistics = ChannelStatistics(graph, factor: factor, offset: shift)
        else { continue }
        return statistics.match(source, channels: graph.extents(factor)[0].fixed)
      }
    }
    return nil
  }
}

/// What a factor `scale / √(variance + epsilon)` and an offset `shift - mean · factor` are made of.
private struct ChannelStatistics {
  var scale: StepID?
  var shift: StepID?
  var mean = 0
  var variance = 0
  var epsilon = 0.0

  init?(_ graph: OpenGraph, factor: StepID, offset: StepID) {
    var root = graph.operands(factor, of: .reciprocalSquareRoot)
    for (given, inverse) in graph.pairs(factor, of: .multiply) where root == nil {
      root = graph.operands(inverse, of: .reciprocalSquareRoot)
      scale = given
    }
    guard let root, let (variance, epsilon) = graph.shifted(root[0]) else { return nil }
    (self.variance, self.epsilon) = (variance, epsilon)
    var product = graph.operands(offset, of: .negate)?[0]
    if let terms = graph.operands(offset, of: .subtract) { (shift, product) = (terms[0], terms[1]) }
    guard let product, let pair = graph.pairs(product, of: .multiply).first(where: { $0.1 == factor }) else {
      return nil
    }
    mean = pair.0
  }

  func match(_ source: StepID, channels: Int) -> Match {
    let given = [scale, shift].compactMap { $0 }
    let (hasScale, hasShift, epsilon) = (scale != nil, shift != nil, epsilon)
    return Match([source] + given + [mean, variance]) { writer, x in
      func constant(_ value: Float) -> String {
        writer.constant(HostArray([channels], [Float](repeating: value, count: channels)))
      }
      let scale = hasScale ? x[1] : constant(1)
      let shift = hasShift ? x[hasScale ? 2 : 1] : constant(0)
      return writer.add(
        "BatchNormalization", [x[0], scale, shift] + x.suffix(2), ["epsilon": .float(epsilon)])
    }
  }
}
