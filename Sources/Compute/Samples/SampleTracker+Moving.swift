extension SampleTracker {
  /// Values whose elements are moved one by one; nil for operations that do more than moving, and for large values.
  func rearranged(_ operation: any Operation, _ node: Node, _ inputs: [SampleState]) -> SampleState? {
    let shapes = node.inputs.map { shape($0) }
    guard (shapes + [node.type.shape]).allSatisfy({ $0.count <= Self.mostElements }) else { return nil }
    var owners = node.inputs.indices.map { elements(inputs[$0], of: node.inputs[$0], shapes[$0]) }
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
      owners = owners.map { ReferenceArray($0.type, $0.values.map { Double(owner(Int($0))) }) }
      return picked(owners, positions, node.type.shape).flatMap { state($0) }
    default: return nil
    }
  }

  /// Whether an operation moves elements whatever they are.
  func moves(_ operation: any Operation) -> Bool {
    operation is Slice || operation is Concatenate || operation is Reverse || operation is Transpose
      || operation is Broadcast || operation is Pad || operation is Gather
  }

  // MARK: Numbers of elements

  // An element's number says whose it is, and which element of which node's value it was before it was moved:
  // (origin * (count + 1)) + sample, samples counted from 1. 0 belongs to none; origin 0 is that of elements that
  // something was computed with, of which nothing is known but whose they are.

  private func owner(_ element: Int) -> Int { element % (count + 1) }

  private func origin(_ element: Int) -> Int { element / (count + 1) }

  /// The only sample that elements belong to, if any do.
  func owner(of state: SampleState) -> Int? {
    switch state {
    case .sample(let one): return one
    case .pieces(let elements):
      guard let first = elements.first(where: { $0 != 0 }).map({ owner($0) }) else { return nil }
      return elements.allSatisfy { $0 == 0 || owner($0) == first } ? first - 1 : nil
    case .free, .samples, .mixed: return nil
    }
  }

  /// What stays known when something is computed with each element.
  func touched(_ state: SampleState) -> SampleState {
    if let one = owner(of: state) { return .sample(one) }
    guard case .pieces(let elements) = state else { return state }
    return .pieces(elements.map { owner($0) })
  }

  /// The numbers of a node's elements.
  private func elements(_ state: SampleState, of node: NodeID, _ shape: Shape) -> ReferenceArray {
    let type = TensorType(shape)
    switch state {
    case .free, .mixed: return ReferenceArray(type, repeating: 0)
    case .sample(let one): return ReferenceArray(type, repeating: Double(one + 1))
    case .samples(let stride):
      let first = (node + 1) * Self.mostElements
      return ReferenceArray(
        type,
        (0..<shape.count).map { place in
          let own = place / (stride * count) * stride + place % stride
          return Double((first + own) * (count + 1) + place / stride % count + 1)
        })
    case .pieces(let elements): return ReferenceArray(type, elements.map(Double.init))
    }
  }

  /// What elements of these numbers amount to.
  ///
  /// Samples that are put together again are a batch if the same elements of each went the same way; else what is
  /// there for a sample depends on its place.
  private func state(_ numbers: [Double]) -> SampleState {
    let elements = numbers.map { Int($0) }
    guard let first = elements.first.map({ owner($0) }) else { return .free }
    guard let stride = elements.firstIndex(where: { owner($0) != first }) else {
      if first == 0 { return .free }
      return elements.contains { origin($0) == 0 } ? .sample(first - 1) : .pieces(elements)
    }
    let isRegular =
      elements.count % (stride * count) == 0
      && elements.indices.allSatisfy { owner(elements[$0]) == $0 / stride % count + 1 }
    guard isRegular else { return .pieces(elements) }
    let isAlike = elements.indices.allSatisfy { place in
      let own = origin(elements[place])
      return own > 0 && own == origin(elements[place / (stride * count) * stride * count + place % stride])
    }
    return isAlike ? .samples(stride: stride) : mixture(.order)
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
