import Compute

extension Pattern {
  /// Slices along one axis picked by known indices.
  static let lookup = Pattern { graph, id in
    guard let picked = graph.operand(id, of: .reshape), graph.kind(picked) == .gather else { return nil }
    let (operand, indices) = (graph.inputs(picked)[0], graph.inputs(picked)[1])
    let (source, list) = (graph.beforeReshape(operand), graph.beforeReshape(indices))
    guard graph.extents(operand)[0] == .one, graph.indicesLie(within: graph.extents(operand)[2], indices),
      let axis = LookupAxis(
        source: graph.extents(source), indices: graph.extents(list), result: graph.extents(id)
      )
      .candidate(matching: graph.extents(operand))
    else { return nil }
    return Match([source, list], "Gather", ["axis": .integer(axis)])
  }
}

/// Finds along which axis a lookup goes, from the extents before and after.
private struct LookupAxis {
  let source: [Extent]
  let indices: [Extent]
  let result: [Extent]

  /// The axis for which the extents agree with those of the operand `[1, P, A, Q]`.
  func candidate(matching operand: [Extent]) -> Int? {
    source.indices.first { axis in
      source[axis] == operand[2] && Array(source[..<axis]) + indices + Array(source[(axis + 1)...]) == result
        && product(source[..<axis]) == operand[1] && product(source[(axis + 1)...]) == operand[3]
    }
  }

  private func product(_ extents: ArraySlice<Extent>) -> Extent? {
    extents.reduce(Extent?.some(.one)) { product, extent in
      guard let product else { return nil }
      if let known = product.known {
        return Extent(known * extent.fixed, perSample: known * extent.perSample)
      }
      return extent.known.map { Extent(product.fixed * $0, perSample: product.perSample * $0) }
    }
  }
}
