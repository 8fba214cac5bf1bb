import ArrayFiles
import Compute

extension Operator {
  /// Positions of extremes, sorting, and running sums.
  static let ordering: [String: Operator] = [
    "ArgMax": argument { $0.argmax(axis: $1, keepingAxis: true) },
    "ArgMin": argument { $0.argmin(axis: $1, keepingAxis: true) },
    "TopK": Operator(topK),
    "CumSum": Operator(cumulativeSum),
  ]

  private static func argument(_ search: @escaping @Sendable (Tensor, Int) -> Tensor) -> Operator {
    Operator { call in
      let x = try call.numeric(0)
      let axis = try call.axis(try call.integer("axis", default: 0), rank: x.rank)
      guard x.shape[axis] > 0 else { throw ImportError("axis \(axis) of \(x.shape) has no elements") }
      let isLast = try call.flag("select_last_index")
      let found =
        isLast ? Double(x.shape[axis] - 1) - search(x.reversed([axis]), axis) : search(x, axis)
      let isKept = try call.flag("keepdims", default: true)
      return [ImportedValue(isKept ? found : found.squeezingAxis(at: axis), .int64)]
    }
  }

  /// The best elements along an axis and their positions, best first, equal ones in their order.
  private static func topK(_ call: NodeCall) throws -> [ImportedValue] {
    let x = try call.numeric(0)
    let axis = try call.axis(try call.integer("axis", default: -1), rank: x.rank)
    let count = call.version >= 10 ? try call.knownInteger(1) : try call.integer("k")
    guard count >= 0, count <= x.shape[axis] else {
      throw ImportError("the best \(count) of the \(x.shape[axis]) elements along axis \(axis) do not exist")
    }
    let isLargest = try call.flag("largest", default: true)
    // The axis changes places with the last one, which is the way back as well.
    var exchange = Array(0..<x.rank)
    exchange.swapAt(axis, x.rank - 1)
    let best = x.transposed(exchange).top(count, largest: isLargest)
    return [
      ImportedValue(best.values.transposed(exchange), try call.element(0)),
      ImportedValue(best.indices.transposed(exchange), .int64),
    ]
  }

  private static func cumulativeSum(_ call: NodeCall) throws -> [ImportedValue] {
    let x = try call.numeric(0)
    let axis = try call.axis(try call.knownInteger(1), rank: x.rank)
    let isReversed = try call.flag("reverse")
    let sums = x.cumulativeSum(axis: axis, reversed: isReversed).wrapped(as: try call.element(0))
    guard try call.flag("exclusive"), x.shape[axis] > 0 else { return try call.result(sums) }
    // Each sum without its own element is the sum before it.
    let others = sums.sliced(axis: axis, from: isReversed ? 1 : 0, count: x.shape[axis] - 1)
    var (low, high) = ([Int](repeating: 0, count: x.rank), [Int](repeating: 0, count: x.rank))
    if isReversed { high[axis] = 1 } else { low[axis] = 1 }
    return try call.result(others.padded(low: low, high: high))
  }
}
