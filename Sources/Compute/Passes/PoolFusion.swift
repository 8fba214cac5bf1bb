/// Max pooling with both its results, the values and the taps they came from.
struct FusedMaxPool: Operation {
  static let name = "fusedMaxPool"
  let window: WindowGeometry

  func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    let output = try window.outputShape(inputs[0].shape)
    return [TensorType(output), TensorType(output, window.indexElement)]
  }

  func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    let taps = WindowMaximum(window: window).interpret(inputs)
    return WindowGather(window: window).interpret(inputs + taps) + taps
  }
}

extension Graph {
  /// This graph with each maximum's taps and values computed by one kernel.
  func fusingPools() -> Graph {
    var gathers: [NodeID: NodeID] = [:]
    for id in nodes.indices {
      guard let gather = operation(id, WindowGather.self) else { continue }
      let taps = nodes[id].inputs[1]
      guard let maximum = operation(taps, WindowMaximum.self), maximum.window == gather.window,
        nodes[taps].inputs[0] == nodes[id].inputs[0]
      else { continue }
      gathers[taps] = id
    }
    guard !gathers.isEmpty else { return self }
    var rewriter = GraphRewriter(self)
    for id in nodes.indices where !rewriter.hasReplacement(id) {
      if let gather = gathers[id], let maximum = operation(id, WindowMaximum.self) {
        let fused = rewriter.builder.add(
          FusedMaxPool(window: maximum.window), [rewriter[nodes[id].inputs[0]]])
        rewriter.replace(id, by: fused.result(1))
        rewriter.replace(gather, by: fused)
      } else {
        rewriter.copy(id)
      }
    }
    return rewriter.finished()
  }
}
