import ArrayFiles
import Compute

extension Operator {
  /// Continuation beyond the edges.
  static let padding: [String: Operator] = ["Pad": Operator(pad)]

  /// Negative numbers cut elements off; this happens before anything is put on.
  private static func pad(_ call: NodeCall) throws -> [ImportedValue] {
    let x = try call.tensor(0)
    let pads = try padding(of: x, call)
    let cut = try zip(pads.low, pads.high).enumerated().reduce(x) { part, next in
      let (axis, (low, high)) = next
      let (front, back) = (max(0, 0 - low), max(0, 0 - high))
      guard front + back <= part.shape[axis] else {
        throw ImportError("\(front + back) elements cannot be cut off axis \(axis) of \(x.shape)")
      }
      return part.sliced(axis: axis, from: front, count: part.shape[axis] - front - back)
    }
    let (low, high) = (pads.low.map { max(0, $0) }, pads.high.map { max(0, $0) })
    _ = try call.shape(cut.shape.extents.indices.map { low[$0] + cut.shape[$0] + high[$0] })
    let mode = try call.string("mode", default: "constant")
    if mode == "constant" { return try call.result(try surrounded(cut, low, high, call)) }
    guard let continuation = EdgeContinuation(rawValue: mode) else {
      throw ImportError("attribute 'mode' is '\(mode)'; constant, reflect, edge and wrap are supported")
    }
    return try call.result(
      cut.shape.extents.indices.reduce(cut) { part, axis in
        try continuation.applied(to: part, axis: axis, low: low[axis], high: high[axis])
      })
  }

  /// Elements put before and after each axis: an attribute before version 11, inputs since; for some axes
  /// since 18.
  private static func padding(of x: Tensor, _ call: NodeCall) throws -> (low: [Int], high: [Int]) {
    guard let pads = try call.version >= 11 ? call.knownIntegers(1) : call.integers("pads") else {
      throw ImportError("attribute 'pads' is missing")
    }
    let axes = call.has(3) ? try call.axes(try call.knownIntegers(3), rank: x.rank) : Array(0..<x.rank)
    guard pads.count == 2 * axes.count, pads.allSatisfy({ Int32(exactly: $0) != nil }) else {
      throw ImportError("the pads \(pads) should be two numbers for each of \(axes.count) axes")
    }
    var (low, high) = ([Int](repeating: 0, count: x.rank), [Int](repeating: 0, count: x.rank))
    for (index, axis) in axes.enumerated() {
      (low[axis], high[axis]) = (pads[index], pads[axes.count + index])
    }
    return (low, high)
  }

  private static func surrounded(
    _ x: Tensor, _ low: [Int], _ high: [Int], _ call: NodeCall
  ) throws -> Tensor {
    guard call.version >= 11 else {
      return x.padded(low: low, high: high, value: try call.float("value", default: 0))
    }
    guard call.has(2) else { return x.padded(low: low, high: high) }
    let value = try call.tensor(2)
    guard value.shape.count == 1, value.element == x.element else {
      throw ImportError("the constant value should be one number of the type of input 0")
    }
    if let known = try call.value(2).known?.doubles.first, x.element.holds(known) {
      return x.padded(low: low, high: high, value: known)
    }
    let isInside = x.scope.full(x.shape, 1, .bool).padded(low: low, high: high)
    return isInside.select(x.padded(low: low, high: high), value.reshaped([]))
  }
}

/// What stands beyond an edge instead of a constant.
private enum EdgeContinuation: String {
  case reflect, edge, wrap

  func applied(to x: Tensor, axis: Int, low: Int, high: Int) throws -> Tensor {
    guard low > 0 || high > 0 else { return x }
    let extent = x.shape[axis]
    guard extent > 0 else { throw ImportError("axis \(axis) of \(x.shape) has nothing to continue") }
    guard low + high <= Self.longest else {
      throw ImportError("\(low) and \(high) elements beyond axis \(axis) of \(x.shape) are too many")
    }
    let sources = (-low..<(extent + high)).map { Int32(truncatingIfNeeded: source(of: $0, extent)) }
    return x.taking(x.scope.constant(HostArray([sources.count], sources)), axis: axis)
  }

  /// The most elements put on an axis: their sources are listed while tracing.
  private static let longest = 1 << 22

  /// The position that is repeated at `position`.
  private func source(of position: Int, _ extent: Int) -> Int {
    func wrapped(_ position: Int, _ period: Int) -> Int { ((position % period) + period) % period }
    switch self {
    case .edge: return min(max(position, 0), extent - 1)
    case .wrap: return wrapped(position, extent)
    case .reflect:
      guard extent > 1 else { return 0 }
      let place = wrapped(position, 2 * (extent - 1))
      return place < extent ? place : 2 * (extent - 1) - place
    }
  }
}
