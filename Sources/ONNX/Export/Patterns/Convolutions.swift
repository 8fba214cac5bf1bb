import Compute

extension Pattern {
  /// A convolution, or a transposed one, whose channels are shifted.
  static let biasedConvolution = Pattern { graph, id in
    for (image, shift) in graph.pairs(id, of: .add) {
      guard case .convolution(let role, let geometry) = graph.kind(image), role != .weight,
        graph.isReadOnce(image), let bias = graph.vector(shift, along: 1)
      else { continue }
      return graph.convolution(role, geometry, image, bias: bias)
    }
    return nil
  }
}
