/// Keeps which elements of every node's values belong to which sample.
struct SampleTracker {
  /// How many samples there are; a prime, so that no axis holds a part of the count by accident.
  let count: Int
  /// The nodes that are tracked.
  let node: (NodeID) -> Node
  /// Of a body: whether an input from outside is the same for all samples that lie so far apart.
  var inputIsUniform: (_ index: Int, _ stride: Int) -> Bool = { _, _ in false }
  /// What is being traced.
  var place = ""
  /// The states of every node's results.
  private(set) var states: [[SampleState]] = []
  /// The numbers of the inputs of a body by node.
  private var inputNumbers: [NodeID: Int] = [:]

  init(count: Int, node: @escaping (NodeID) -> Node) {
    self.count = count
    self.node = node
  }

  /// The most elements that are moved one by one.
  static let mostElements = 1 << 22

  mutating func append(given state: SampleState) { states.append([state]) }

  mutating func append(_ node: Node) { states.append(results(of: node)) }

  /// The number of an input of a body.
  func inputNumber(_ id: NodeID) -> Int? { inputNumbers[id] }

  func mixture(_ kind: SampleMixture.Kind) -> SampleState { .mixed(SampleMixture(place: place, kind: kind)) }

  func shape(_ id: NodeID) -> Shape { node(id).type.shape }

  private func results(of node: Node) -> [SampleState] {
    if case .result(let index) = node.kind { return [states[node.inputs[0]][index]] }
    let inputs = node.inputs.map { states[$0][0] }
    if inputs.allSatisfy({ $0 == .free }) { return node.types.map { _ in .free } }
    if let mixed = inputs.first(where: \.isMixed) { return node.types.map { _ in mixed } }
    let found: [SampleState]
    switch node.kind {
    case .input, .constant, .result: found = [.free]
    case .operation(let operation): found = [state(of: operation, node, inputs)]
    case .loop(let loop): found = results(of: loop, node, inputs)
    }
    return zip(found, node.types).map { $1.shape.count == 0 ? .free : $0 }
  }

  private func state(of operation: any Operation, _ node: Node, _ inputs: [SampleState]) -> SampleState {
    if operation is Reshape { return inputs[0] }
    let bound = inputs.filter { $0 != .free }
    if let one = owner(of: bound[0]), bound.allSatisfy({ owner(of: $0) == one }) {
      return (moves(operation) ? rearranged(operation, node, inputs) : nil) ?? .sample(one)
    }
    switch operation {
    case is Elementwise, is Cast: return aligned(node, inputs)
    case let defined as any DefinedPrimitive: return state(of: defined, node, inputs)
    default:
      if let passed = passed(operation, node, inputs) { return passed }
      return rearranged(operation, node, inputs) ?? mixture(.neighbours)
    }
  }

  /// Values that are taken element by element.
  private func aligned(_ node: Node, _ inputs: [SampleState]) -> SampleState {
    let bound = inputs.filter { $0 != .free }.map { touched($0) }
    guard bound.allSatisfy({ $0 == bound[0] }) else { return mixture(.neighbours) }
    guard let stride = bound[0].stride else { return bound[0] }
    let isUniform = zip(node.inputs, inputs).allSatisfy { $1 != .free || self.isUniform($0, stride: stride) }
    return isUniform ? bound[0] : mixture(.order)
  }

  /// Values whose samples stay in one axis of each operand; nil where no rule says so.
  private func passed(_ operation: any Operation, _ node: Node, _ inputs: [SampleState]) -> SampleState? {
    let shapes = node.inputs.map { shape($0) }
    guard let first = inputs.firstIndex(where: { $0.stride != nil }), let stride = inputs[first].stride,
      let digit = SampleDigit(stride: stride, count: count, in: shapes[first]),
      let passage = SamplePassage(operation, from: first, digit, shapes),
      let result = passage.output.stride(count: count, in: node.type.shape)
    else { return nil }
    for (index, digit) in passage.operands.enumerated() {
      let needed = digit.flatMap { $0.stride(count: count, in: shapes[index]) }
      switch inputs[index] {
      case .free:
        guard digit != nil else { continue }
        guard let needed, isUniform(node.inputs[index], stride: needed) else { return mixture(.order) }
      case .samples(let stride): if needed != stride { return nil }
      default: return nil
      }
    }
    return .samples(stride: result)
  }

  private func state(
    of defined: any DefinedPrimitive, _ node: Node, _ inputs: [SampleState]
  ) -> SampleState {
    let types = node.inputs.map { self.node($0).type }
    let graph = try? Graph { scope in
      [
        defined.definition(
          types.enumerated().map { scope.input("\($0.offset)", $0.element.shape, $0.element.element) })
      ]
    }
    guard let graph else { return mixture(.neighbours) }
    return results(of: graph, inputs) { isUniform(node.inputs[$0], stride: $1) }[0]
  }

  /// The states of a body's outputs.
  private func results(
    of body: Graph, _ inputs: [SampleState], isUniform: @escaping (Int, Int) -> Bool
  ) -> [SampleState] {
    var inside = SampleTracker(count: count) { body.nodes[$0] }
    inside.inputIsUniform = isUniform
    inside.place = place
    for (index, input) in body.inputs.enumerated() { inside.inputNumbers[input.node] = index }
    for (id, node) in body.nodes.enumerated() {
      if let number = inside.inputNumbers[id] {
        // Elements are numbered by nodes, and those of a body are others.
        inside.append(given: number < inputs.count ? touched(inputs[number]) : .free)
      } else {
        inside.append(node)
      }
    }
    return body.outputs.map { touched(inside.states[$0][0]) }
  }

  /// The states of what a loop carries, once another turn changes none.
  private func results(of loop: Loop, _ node: Node, _ inputs: [SampleState]) -> [SampleState] {
    var carried = inputs[..<loop.carried].map { touched($0) }
    let captured = Array(inputs[loop.carried...])
    for _ in 0...(loop.carried + 1) {
      let next = results(of: loop.body, [.free] + carried + captured) { index, stride in
        // What changes from turn to turn is not looked into.
        index > loop.carried && isUniform(node.inputs[index - 1], stride: stride)
      }
      let joined = zip(carried, next).enumerated().map { index, pair in
        join(pair.0, pair.1, first: node.inputs[index])
      }
      if joined == carried { return carried }
      carried = joined
    }
    return carried.map { _ in mixture(.neighbours) }
  }

  /// What holds before and after a turn.
  private func join(_ before: SampleState, _ after: SampleState, first: NodeID) -> SampleState {
    if before == after { return before }
    if before.isMixed { return before }
    if after.isMixed { return after }
    guard before == .free, let stride = after.stride, isUniform(first, stride: stride) else {
      return mixture(.order)
    }
    return after
  }
}
