extension Graph {
  /// Bytes of the largest value of one sample in a computation of samples: by how much one more sample lets it grow.
  ///
  /// - Parameter graph: The computation for a number of samples; traced for two and three, since axes of one member may
  ///   be treated apart.
  /// - Throws: What `graph` throws.
  public static func sampleBytes(_ graph: (Int) throws -> Graph) rethrows -> Int {
    largestGrowth(from: try graph(2), to: try graph(3))
  }

  private static func largestGrowth(from less: Graph, to more: Graph) -> Int {
    var largest = 0
    for id in 0..<min(less.nodes.count, more.nodes.count) {
      largest = max(largest, more.nodes[id].types[0].byteCount - less.nodes[id].types[0].byteCount)
      guard case .loop(let a) = less.nodes[id].kind, case .loop(let b) = more.nodes[id].kind else { continue }
      largest = max(largest, largestGrowth(from: a.body, to: b.body))
    }
    return largest
  }
}
