import Compute

extension Operator {
  /// Recurrent networks over whole sequences.
  static let recurrent: [String: Operator] = [
    "RNN": Operator { call in try call.recurrent(.plain) },
    "GRU": Operator { call in
      let resets = try call.integer("linear_before_reset", default: 0) != 0
      return try call.recurrent(.gated(resetsAfterProduct: resets))
    },
    "LSTM": Operator { call in
      let couples = try call.integer("input_forget", default: 0) != 0
      return try call.recurrent(.longShortTerm(couplesForget: couples))
    },
  ]
}

extension NodeCall {
  fileprivate func recurrent(_ cell: RecurrentCell) throws -> [ImportedValue] {
    let isBatchFirst = try version >= 14 && integer("layout", default: 0) != 0
    // The batch axis lies in front of the steps, or of the directions, then.
    let exchanged = { (tensor: Tensor) in
      isBatchFirst && tensor.rank == 3 ? tensor.transposed([1, 0, 2]) : tensor
    }
    let states = try (5..<(cell.hasCellState ? 7 : 6)).map { try optional($0).map(exchanged) }
    let node = try RecurrentNode(self, cell, sequence: exchanged(floating(0)), states: states)
    var results = node.results()
    if isBatchFirst {
      results[0] = results[0].transposed([2, 0, 1, 3])
      for index in 1..<results.count { results[index] = exchanged(results[index]) }
    }
    let element = try element(0)
    return results.prefix(max(1, outputCount)).map { ImportedValue($0, element) }
  }
}
