import Compute

extension OpenGraph {
  /// The images `[N, C, H, W]` whose planes step `planes` holds, if step `id` has the same axes in front.
  fileprivate func images(_ planes: StepID, for id: StepID) -> StepID? {
    guard let source = operand(planes, of: .reshape), extents(source).count == 4, extents(id).count == 4,
      extents(source)[..<2] == extents(id)[..<2], extents(source)[2...] == extents(planes)[1...]
    else { return nil }
    return source
  }

  /// The window and the images of a sum pooling that ends at step `id`.
  fileprivate func sumPooling(_ id: StepID) -> (window: WindowGeometry, images: StepID)? {
    guard let planes = operand(id, of: .reshape), case .windowSum(let window) = kind(planes),
      window.dilation == [1, 1], window.fitsPooling, let images = images(inputs(planes)[0], for: id)
    else { return nil }
    return (window, images)
  }
}

extension Pattern {
  /// The largest element of each window of images `[N, C, H, W]`.
  static let maxPooling = Pattern { graph, id in
    guard let planes = graph.operand(id, of: .reshape), case .windowMaximum(let window) = graph.kind(planes),
      window.fitsPooling, let images = graph.images(graph.inputs(planes)[0], for: id)
    else { return nil }
    return Match([images]) { writer, x in writer.maxPool(x[0], window) }
  }

  /// The mean of each window, zeros beyond the edge counting.
  static let averagePooling = Pattern { graph, id in
    for (sum, factor) in graph.pairs(id, of: .multiply) {
      guard let (window, images) = graph.sumPooling(sum), let value = graph.number(factor),
        Float(value) == Float(1 / Double(window.extents.reduce(1, *)))
      else { continue }
      return Match([images]) { writer, x in writer.averagePool(x[0], window, countsPadding: true) }
    }
    return nil
  }

  /// The mean of what each window has inside the image.
  static let unpaddedAveragePooling = Pattern { graph, id in
    guard let quotient = graph.operands(id, of: .divide),
      let (window, images) = graph.sumPooling(quotient[0]),
      let counts = graph.operands(graph.beforeReshape(graph.beforeBroadcast(quotient[1])), of: .maximum),
      graph.number(counts[1]) == 1
    else { return nil }
    let sums = graph.beforeReshape(counts[0])
    guard graph.kind(sums) == .windowSum(window), graph.number(graph.inputs(sums)[0]) == 1,
      Array(graph.extents(sums)[1...]) == Array(graph.extents(id)[2...]),
      Array(graph.extents(graph.inputs(sums)[0])[1...]) == Array(graph.extents(images)[2...])
    else { return nil }
    return Match([images]) { writer, x in writer.averagePool(x[0], window, countsPadding: false) }
  }
}
