extension Graph {
  /// This graph with per-channel factors around convolutions multiplied into their weights, where both depend on
  /// parameters alone: batch-norm of a trained network, forward and backward, costs nothing.
  ///
  /// - Parameter fixed: Inputs whose values depend on parameters alone.
  /// - Returns: nil where there are no such factors.
  func foldingBatchNorm(fixed: Set<NodeID> = []) -> Graph? {
    guard nodes.indices.contains(where: { operation($0, Convolution.self) != nil }) else { return nil }
    let uses = useCounts
    let isFixed = dependsOnParametersAlone(fixed: fixed)
    var rewriter = GraphRewriter(self)
    for id in nodes.indices {
      if let folded = foldedOutput(id, uses, isFixed, rewriter) ?? foldedInput(id, uses, isFixed, rewriter) {
        rewriter.replace(id, by: folded)
      } else {
        rewriter.copy(id)
      }
    }
    return rewriter.finishedIfChanged()
  }

  /// `conv(x, w) · s` as `conv(x, w · s)`.
  private func foldedOutput(
    _ id: NodeID, _ uses: [Int], _ isFixed: [Bool], _ rewriter: GraphRewriter
  ) -> Tensor? {
    guard function(id) == .multiply else { return nil }
    let inputs = nodes[id].inputs
    for (product, factor) in [(inputs[0], inputs[1]), (inputs[1], inputs[0])] {
      guard let convolution = operation(product, Convolution.self), convolution.role != .weight,
        uses[product] == 1, let scale = channelFactor(factor), isFixed[scale],
        isFixed[nodes[product].inputs[1]]
      else { continue }
      let axis = convolution.role == .output ? 0 : 1
      guard axis == 0 || convolution.geometry.groups == 1 else { continue }
      // The product's image may have a factor too, which the convolution in the product's place took in.
      let inner = rewriter.builder.nodes[rewriter[product].id].inputs.map {
        Tensor(builder: rewriter.builder, id: $0)
      }
      return rewriter.builder.add(
        convolution, [inner[0], scaled(inner[1], rewriter[scale], axis: axis)])
    }
    return nil
  }

  /// `conv(x · s, w)` as `conv(x, w · s)`; padding is 0 with and without the factor.
  private func foldedInput(
    _ id: NodeID, _ uses: [Int], _ isFixed: [Bool], _ rewriter: GraphRewriter
  ) -> Tensor? {
    guard let convolution = operation(id, Convolution.self), convolution.role != .weight else { return nil }
    let (image, weight) = (nodes[id].inputs[0], nodes[id].inputs[1])
    guard function(image) == .multiply, uses[image] == 1, isFixed[weight] else { return nil }
    let factors = nodes[image].inputs
    for (x, factor) in [(factors[0], factors[1]), (factors[1], factors[0])] {
      guard let scale = channelFactor(factor), isFixed[scale] else { continue }
      let axis = convolution.role == .output ? 1 : 0
      guard axis == 0 || convolution.geometry.groups == 1 else { continue }
      return rewriter.builder.add(
        convolution, [rewriter[x], scaled(rewriter[weight], rewriter[scale], axis: axis)])
    }
    return nil
  }

  /// The node of shape `[1, C, 1, 1]` that node `id`, `[N, C, H, W]`, repeats.
  func channelFactor(_ id: NodeID) -> NodeID? {
    guard operation(id, Broadcast.self) != nil else { return nil }
    let source = nodes[id].inputs[0]
    let (shape, wide) = (nodes[source].type.shape, nodes[id].type.shape)
    return wide.rank == 4 && shape == [1, wide[1], 1, 1] ? source : nil
  }

  private func scaled(_ weight: Tensor, _ scale: Tensor, axis: Int) -> Tensor {
    var shape: Shape = [1, 1, 1, 1]
    shape[axis] = scale.shape.count
    return weight * scale.reshaped(shape)
  }
}
