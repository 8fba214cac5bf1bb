import Compute

extension OpenGraph {
  /// The operand and the axis of elements from which the largest along the axis is subtracted, unless it is
  /// infinite.
  fileprivate func withoutPeak(_ id: StepID) -> (source: StepID, axis: Int)? {
    guard let terms = operands(id, of: .subtract),
      let choice = operands(beforeBroadcast(terms[1]), of: .select),
      let peak = operand(choice[2], of: .reduce(.maximum, [axis(choice[2])])), peak == terms[0],
      number(choice[1]) == 0, let test = operands(choice[0], of: .less),
      number(test[0]) == Double(Float.greatestFiniteMagnitude),
      operands(test[1], of: .absolute) == [choice[2]]
    else { return nil }
    return (terms[0], axis(choice[2]))
  }

  /// The axis of a fold along one, else -1.
  private func axis(_ id: StepID) -> Int {
    if case .reduce(_, let axes) = kind(id), axes.count == 1 { axes[0] } else { -1 }
  }

  /// Whether step `id` repeats the sum of step `terms` along `axis`.
  fileprivate func isSum(_ id: StepID, of terms: StepID, along axis: Int) -> Bool {
    operand(id, of: .reduce(.sum, [axis])) == terms
  }
}

extension Pattern {
  /// Exponentials divided by their sum along an axis.
  static let softmax = Pattern { graph, id in
    guard let quotient = graph.operands(id, of: .divide),
      let exponents = graph.operands(quotient[0], of: .exp),
      let (source, axis) = graph.withoutPeak(exponents[0]),
      graph.isSum(graph.beforeBroadcast(quotient[1]), of: quotient[0], along: axis)
    else { return nil }
    return Match([source], "Softmax", ["axis": .integer(axis)])
  }

  /// The logarithm of a softmax.
  static let logSoftmax = Pattern { graph, id in
    guard let terms = graph.operands(id, of: .subtract), let (source, axis) = graph.withoutPeak(terms[0]),
      let sum = graph.operands(graph.beforeBroadcast(terms[1]), of: .log)
    else { return nil }
    guard case .reduce(.sum, [axis]) = graph.kind(sum[0]),
      graph.operands(graph.inputs(sum[0])[0], of: .exp) == [terms[0]]
    else { return nil }
    return Match([source], "LogSoftmax", ["axis": .integer(axis)])
  }
}
