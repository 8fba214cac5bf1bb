import Compute

/// What a classifier says: the first largest score of each sample.
struct Predictions {
  /// The class of each sample; nil, which is no right one, where a score is not finite.
  let classes: [Int32?]
  /// The classes that are right.
  let labels: [Int32]

  /// - Parameter logits: `[N, K]`.
  init(_ logits: HostArray, labels: [Int32]) {
    let (values, width) = (logits.floats, logits.shape[1])
    classes = labels.indices.map { sample in
      let row = values[(sample * width)..<((sample + 1) * width)]
      guard row.allSatisfy(\.isFinite) else { return nil }
      let best = row.indices.reduce(row.startIndex) { row[$1] > row[$0] ? $1 : $0 }
      return Int32(best - row.startIndex)
    }
    self.labels = labels
  }

  /// Which are right.
  var areCorrect: [Bool] { zip(classes, labels).map { $0 == $1 } }

  /// How many are right.
  var correct: Int { zip(classes, labels).count { $0.0 == $0.1 } }

  /// The share of samples that are right.
  var accuracy: Double { labels.isEmpty ? 0 : Double(correct) / Double(labels.count) }

  /// The accuracy as people read it.
  var text: String { "\(Format.percentage(accuracy)) % (\(correct) of \(labels.count))" }
}
