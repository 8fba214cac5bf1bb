/// Between which numbers the elements of a value lie.
struct SampleBounds {
  let low, high: ReferenceArray
  /// Whether that says what they are.
  let isExact: Bool

  init(_ exact: ReferenceArray) { (low, high, isExact) = (exact, exact, true) }

  init(_ low: ReferenceArray, _ high: ReferenceArray) {
    (self.low, self.high) = (low, high)
    isExact = low.values == high.values
  }

  /// The same bounds for every element.
  init(_ type: TensorType, _ low: Double, _ high: Double) {
    self.init(ReferenceArray(type, repeating: low), ReferenceArray(type, repeating: high))
  }
}

extension SampleTracker {
  /// The most nodes that are computed to find the bounds of one.
  private static let mostNodes = 4096

  /// The bounds of a node's value, as far as constants, positions and comparisons tell; nil where they do not.
  ///
  /// Weights are not known here: each element of one stands for a number of its own.
  func bounds(of target: NodeID) -> SampleBounds? {
    guard let needed = ancestors(of: target) else { return nil }
    var known: [NodeID: SampleBounds] = [:]
    for id in needed {
      let node = node(id)
      let inputs = node.inputs.compactMap { known[$0] }
      guard let found = bounds(of: node, id, inputs) else { return nil }
      known[id] = found
    }
    return known[target]
  }

  /// What a node is computed from, in order; nodes whose results have bounds whatever they take end the search.
  private func ancestors(of target: NodeID) -> [NodeID]? {
    var pending = [target]
    var found: Set<NodeID> = []
    while let id = pending.popLast() {
      guard found.insert(id).inserted else { continue }
      guard found.count <= Self.mostNodes, shape(id).count <= Self.mostElements else { return nil }
      if !isPosition(id) { pending += node(id).inputs }
    }
    return found.sorted()
  }

  /// Whether a node gives positions along an axis that samples decide.
  private func isPosition(_ id: NodeID) -> Bool {
    guard states[id][0] != .free, case .operation(let operation) = node(id).kind else { return false }
    return operation is ArgumentReduce || operation is TopK
  }

  private func bounds(of node: Node, _ id: NodeID, _ inputs: [SampleBounds]) -> SampleBounds? {
    switch node.kind {
    case .constant(.splat(let value, let type)): return SampleBounds(ReferenceArray(type, repeating: value))
    case .constant(.elements(let array)): return SampleBounds(ReferenceArray(array))
    case .input(let name, .parameter): return SampleBounds(node.type.distinctNumbers(name))
    case .input(_, .argument), .loop, .result: return nil
    case .operation(let operation):
      if isPosition(id) {
        let shape = shape(node.inputs[0])
        let axis = (operation as? ArgumentReduce)?.axis ?? shape.rank - 1
        return SampleBounds(node.type, 0, Double(shape[axis] - 1))
      }
      guard inputs.count == node.inputs.count else { return nil }
      if inputs.allSatisfy(\.isExact) {
        return SampleBounds(operation.interpret(inputs.map(\.low))[0])
      }
      return bounds(of: operation, node.type, inputs)
    }
  }

  private func bounds(
    of operation: any Operation, _ type: TensorType, _ inputs: [SampleBounds]
  ) -> SampleBounds? {
    switch operation {
    case is Reshape, is Transpose, is Slice, is Broadcast, is Concatenate, is Pad, is Reverse:
      return SampleBounds(
        operation.interpret(inputs.map(\.low))[0], operation.interpret(inputs.map(\.high))[0])
    case let cast as Cast where cast.element == .int32 || cast.element == .float32:
      return SampleBounds(cast.interpret([inputs[0].low])[0], cast.interpret([inputs[0].high])[0])
    case let map as Elementwise:
      let ranges =
        type.shape.count == 0
        ? []
        : (0..<type.shape.count).map { element in
          map.function.range(inputs.map { ($0.low.values[element], $0.high.values[element]) })
        }
      guard ranges.allSatisfy({ $0 != nil }) else { return nil }
      return SampleBounds(
        ReferenceArray(type, ranges.compactMap { $0?.0 }), ReferenceArray(type, ranges.compactMap { $0?.1 }))
    default: return nil
    }
  }
}

extension ScalarFunction {
  /// The bounds of the result for operands within bounds; nil for functions that positions are not computed with.
  fileprivate func range(_ operands: [(low: Double, high: Double)]) -> (Double, Double)? {
    let (a, b) = (operands[0], operands.count > 1 ? operands[1] : operands[0])
    func truth(_ isSure: Bool, _ isPossible: Bool) -> (Double, Double) {
      (isSure ? 1 : 0, isPossible ? 1 : 0)
    }
    switch self {
    case .add: return (a.low + b.low, a.high + b.high)
    case .subtract: return (a.low - b.high, a.high - b.low)
    case .multiply:
      let products = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high]
      return (products.min() ?? 0, products.max() ?? 0)
    case .minimum: return (min(a.low, b.low), min(a.high, b.high))
    case .maximum: return (max(a.low, b.low), max(a.high, b.high))
    case .less: return truth(a.high < b.low, a.low < b.high)
    case .lessOrEqual: return truth(a.high <= b.low, a.low <= b.high)
    case .equal: return truth(false, a.low <= b.high && b.low <= a.high)
    case .and: return a.high <= 1 && b.high <= 1 ? (min(a.low, b.low), min(a.high, b.high)) : nil
    case .or: return a.high <= 1 && b.high <= 1 ? (max(a.low, b.low), max(a.high, b.high)) : nil
    case .not: return (1 - a.high, 1 - a.low)
    case .select:
      let c = operands[2]
      if a.low == a.high { return a.low != 0 ? (b.low, b.high) : (c.low, c.high) }
      return (min(b.low, c.low), max(b.high, c.high))
    default: return nil
    }
  }
}

extension TensorType {
  /// Numbers that all differ, and differ from those of another name.
  fileprivate func distinctNumbers(_ name: String) -> ReferenceArray {
    let start = name.utf8.reduce(17.0) { ($0 * 31 + Double($1)).truncatingRemainder(dividingBy: 1_000_003) }
    return ReferenceArray(self, (0..<shape.count).map { start + 0.5 + Double($0) * 1.25 })
  }
}
