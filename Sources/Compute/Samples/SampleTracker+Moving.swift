extension SampleTracker {
  /// Values whose elements are moved one by one; nil for operations that do more than moving, and for large values.
  func rearranged(_ operation: any Operation, _ node: Node, _ inputs: [SampleState]) -> SampleState? {
    let shapes = node.inputs.map { shape($0) }
    guard (shapes + [node.type.shape]).allSatisfy({ $0.count <= Self.mostElements }) else { return nil }
    var owners = zip(inputs, shapes).map { ownership($0, $1) }
    switch operation {
    case is Slice, is Concatenate, is Reverse, is Transpose, is Broadcast:
      return state(operation.interpret(owners)[0].values)
    case let pad as Pad:
      let unowned = Pad(low: pad.low, high: pad.high, interior: pad.interior, value: 0)
      return state(unowned.interpret(owners)[0].values)
    case is Gather:
      guard let positions = bounds(of: node.inputs[1]) else { return nil }
      guard !positions.isExact || inputs[1] != .free else {
        owners[1] = positions.low
        return state(operation.interpret(owners)[0].values)
      }
      return picked(owners, positions, node.type.shape).flatMap { state($0) }
    default: return nil
    }
  }

  /// The sample of each element, counted from 1; 0 for none.
  private func ownership(_ state: SampleState, _ shape: Shape) -> ReferenceArray {
    let type = TensorType(shape)
    switch state {
    case .free, .mixed: return ReferenceArray(type, repeating: 0)
    case .sample(let one): return ReferenceArray(type, repeating: Double(one + 1))
    case .samples(let stride):
      return ReferenceArray(type, (0..<shape.count).map { Double($0 / stride % count + 1) })
    case .pieces(let owners): return ReferenceArray(type, owners.map(Double.init))
    }
  }

  /// What samples of elements, counted from 1, amount to.
  private func state(_ owners: [Double]) -> SampleState {
    guard let first = owners.first else { return .free }
    guard let stride = owners.firstIndex(where: { $0 != first }) else {
      return first == 0 ? .free : .sample(Int(first) - 1)
    }
    let isRegular =
      owners.count % (stride * count) == 0
      && owners.indices.allSatisfy { owners[$0] == Double($0 / stride % count + 1) }
    return isRegular ? .samples(stride: stride) : .pieces(owners.map { Int16($0) })
  }

  /// The samples of elements picked by positions that samples decide, where all that a position can be belong to one:
  /// from the operand's owners `[B, P, A, Q]` and the positions' `[B, I]`.
  private func picked(_ owners: [ReferenceArray], _ positions: SampleBounds, _ shape: Shape) -> [Double]? {
    let (operand, deciders) = (owners[0], owners[1])
    let extent = operand.shape[2]
    var result: [Double] = []
    var visited = 0
    var isSeparate = true
    shape.forEachCoordinate { place in
      let position = place[0] * shape[2] + place[2]
      let low = max(0, positions.low.values[position])
      let high = min(Double(extent - 1), positions.high.values[position])
      var owner = deciders.values[position]
      var index = low
      while isSeparate, index <= high {
        let next = operand[[place[0], place[1], Int(index), place[3]]]
        isSeparate = next == 0 || owner == 0 || next == owner
        owner = max(owner, next)
        (index, visited) = (index + 1, visited + 1)
        if visited > Self.mostElements { isSeparate = false }
      }
      result.append(owner)
    }
    return isSeparate ? result : nil
  }
}
