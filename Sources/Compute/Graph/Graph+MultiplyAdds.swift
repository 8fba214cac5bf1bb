extension Graph {
  /// How many products of two numbers are summed by the convolutions and matrix products of the graph: what a
  /// layer costs.
  ///
  /// Terms that meet the padding of an image count, as is the custom; every pass through the body of a loop
  /// counts. `Int.max` where the number is larger.
  public var multiplyAdds: Int {
    nodes.reduce(0) { sum, node in
      let (total, overflows) = sum.addingReportingOverflow(multiplyAdds(of: node))
      return overflows ? .max : total
    }
  }

  /// The same of one node, fused or not.
  func multiplyAdds(of node: Node) -> Int {
    let operands = node.inputs.map { nodes[$0].type.shape }
    switch node.kind {
    case .operation(let fused as FusedConvolution):
      let plain = Node(
        kind: .operation(fused.convolution), inputs: node.inputs, types: node.types, location: nil)
      return multiplyAdds(of: plain)
    case .operation(let convolution as Convolution):
      let (output, weight): (Shape, Shape) =
        switch convolution.role {
        case .output: (node.type.shape, operands[1])
        case .image: (operands[0], operands[1])
        case .weight: (operands[1], node.type.shape)
        }
      return saturatingProduct([output.count, weight[1], weight[2], weight[3]])
    case .operation(is MatrixMultiply), .operation(is FusedMatrixMultiply):
      return saturatingProduct([node.type.shape.count, operands[0][2]])
    case .loop(let loop): return saturatingProduct([loop.count, loop.body.multiplyAdds])
    case .input, .constant, .operation, .result: return 0
    }
  }
}

/// The product of factors that are not negative, or `Int.max` where that does not fit.
private func saturatingProduct(_ factors: [Int]) -> Int {
  factors.reduce(1) { product, factor in
    let (next, overflows) = product.multipliedReportingOverflow(by: factor)
    return overflows ? .max : next
  }
}
