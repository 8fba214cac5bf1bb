internal import Compute

/// What the model says about images, in the order of some samples.
struct Evaluation {
  /// `[N, K]`.
  let logits: HostArray
  /// What the attack maximises; -inf where logits are not finite.
  let loss: [Float]
  /// Whether the attack has what it wants.
  let hasFallen: [Bool]
  /// Whether all logits are finite.
  let isFinite: [Bool]

  /// Joins what tiles have found.
  init(tiles: [[HostArray]], counts: [Int]) {
    var bytes = [[UInt8]](repeating: [], count: 4)
    for (tile, count) in zip(tiles, counts) {
      for (index, array) in tile.enumerated() { bytes[index] += array.samples(0..<count).bytes }
    }
    let count = counts.reduce(0, +)
    let classes = tiles.first?[0].shape.extents.last ?? 0
    logits = HostArray(TensorType([count, classes]), bytes: bytes[0])
    loss = HostArray(TensorType([count]), bytes: bytes[1]).floats
    hasFallen = bytes[2].map { $0 != 0 }
    isFinite = bytes[3].map { $0 != 0 }
  }

  /// The first largest logit of each, nil where one is not finite.
  var classes: [Int32?] {
    let (values, width) = (logits.floats, logits.shape[1])
    return isFinite.indices.map { sample in
      guard isFinite[sample] else { return nil }
      let row = values[(sample * width)..<((sample + 1) * width)]
      return row.firstIndex(of: row.max() ?? 0).map { Int32($0 - row.startIndex) }
    }
  }

  /// Whether fewer than `top` logits exceed the label's, and all are finite.
  func areCorrect(_ labels: [Int32], top: Int) -> [Bool] {
    let (values, classes) = (logits.floats, logits.shape[1])
    return labels.indices.map { sample in
      let row = values[(sample * classes)..<((sample + 1) * classes)]
      let own = values[sample * classes + Int(labels[sample])]
      return isFinite[sample] && row.count { $0 > own } < top
    }
  }
}
