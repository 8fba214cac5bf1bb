extension SampleTracker {
  /// Whether a value that no sample decides is the same for all samples, where those lie `stride` elements apart.
  ///
  /// A table of the batch's extent, such as positions that are added along the wrong axis, is not: what it does to a
  /// sample depends on the sample's place.
  func isUniform(_ id: NodeID, stride: Int) -> Bool {
    let first = Demand(id: id, stride: stride)
    if demands(of: first)?.isEmpty == true { return true }
    var pending = [first]
    var seen: Set<Demand> = []
    while let demand = pending.popLast() {
      guard seen.insert(demand).inserted else { continue }
      if let next = demands(of: demand) {
        pending += next
      } else if let number = inputNumber(demand.id) {
        guard inputIsUniform(number, demand.stride) else { return false }
      } else if !isUniformInValue(demand) {
        return false
      }
    }
    return true
  }

  /// That a value is uniform.
  private struct Demand: Hashable {
    let id: NodeID
    let stride: Int
  }

  /// What has to be uniform for a value to be; nil where its structure does not tell.
  private func demands(of demand: Demand) -> [Demand]? {
    let node = node(demand.id)
    switch node.kind {
    case .constant(.splat): return []
    case .operation(let operation):
      switch operation {
      case is Reshape, is Elementwise, is Cast:
        return node.inputs.map { Demand(id: $0, stride: demand.stride) }
      default: return demands(of: operation, node, demand.stride)
      }
    case .input, .constant, .loop, .result: return nil
    }
  }

  private func demands(of operation: any Operation, _ node: Node, _ stride: Int) -> [Demand]? {
    guard let digit = SampleDigit(stride: stride, count: count, in: node.type.shape) else { return nil }
    func demand(_ digit: SampleDigit) -> [Demand]? {
      digit.stride(count: count, in: shape(node.inputs[0])).map { [Demand(id: node.inputs[0], stride: $0)] }
    }
    switch operation {
    case is Broadcast: return shape(node.inputs[0])[digit.axis] == 1 ? [] : demand(digit)
    case let operation as Transpose: return demand(digit.moved(to: operation.permutation[digit.axis]))
    case let operation as Iota: return operation.axis == digit.axis ? nil : []
    default: return nil
    }
  }

  /// Whether the elements are equal, where they can be computed: weights stand for numbers that all differ.
  private func isUniformInValue(_ demand: Demand) -> Bool {
    guard let found = bounds(of: demand.id), found.isExact else { return false }
    let (values, period) = (found.low.values, demand.stride * count)
    guard values.count % period == 0 else { return false }
    return values.indices.allSatisfy { index in
      let first = values[index / period * period + index % demand.stride]
      return values[index] == first || (values[index].isNaN && first.isNaN)
    }
  }
}
