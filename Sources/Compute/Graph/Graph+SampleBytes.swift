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
    zip(less.nodes, more.nodes).reduce(0) { largest, pair in
      let found = max(largest, pair.1.type.byteCount - pair.0.type.byteCount)
      guard case .loop(let a) = pair.0.kind, case .loop(let b) = pair.1.kind else { return found }
      return max(found, largestGrowth(from: a.body, to: b.body))
    }
  }
}
