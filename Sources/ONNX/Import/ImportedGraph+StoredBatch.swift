internal import ArrayFiles

extension ImportedGraph {
  /// The number of samples that a stored value fixes although the inputs declare any: that of a grid, or of images, that a
  /// `GridSample` takes beside others for each sample.
  var storedSampleCount: Int? {
    for node in nodes where node.type == "GridSample" && node.domain.isEmpty && node.inputs.count == 2 {
      let counts = node.inputs.map { stored($0)?.shape.first }
      if let count = counts.compactMap({ $0 }).first, count > 1, counts.contains(nil) { return count }
    }
    return nil
  }

  /// A value that is stored, as an initializer or in a `Constant` node.
  private func stored(_ name: String) -> StoredArray? {
    if let array = initializers[name] { return array }
    let node = nodes.first { $0.type == "Constant" && $0.domain.isEmpty && $0.outputs == [name] }
    guard case .tensor(let array) = node?.attributes["value"] else { return nil }
    return array
  }
}
