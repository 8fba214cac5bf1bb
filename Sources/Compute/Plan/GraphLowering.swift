/// Walks a graph in order and turns nodes into terms and launches.
///
/// Element-wise nodes become terms and are computed where they are consumed, in one kernel with what consumes them;
/// a value is written to memory when an operation needs it there, when several consumers would
/// compute it again, or when a program has no room for more.
struct GraphLowering {
  let planner: Planner
  let graph: Graph
  private var values: [[Lowered?]]
  private let isSetup: [Bool]
  private let uses: [Int]
  /// For each node, the comparison of it with 0 that a pass backward will ask for, if there is one.
  private let comparisons: [NodeID: NodeID]
  private let origins: LaunchOrigins

  init(_ planner: Planner, _ graph: Graph, origins: LaunchOrigins, isBody: Bool = false) {
    self.origins = origins
    self.planner = planner
    self.graph = graph
    values = graph.nodes.map { $0.types.map { _ in nil } }
    isSetup = isBody ? graph.nodes.map { _ in false } : graph.dependsOnParametersAlone()
    uses = graph.effectiveUses
    comparisons = planner.options.contains(.bitMasks) ? graph.comparisonsWithZero : [:]
  }

  /// Lowers every node; `arguments` stand for the inputs, in order.
  mutating func run(_ arguments: [Lowered]) -> [Lowered] {
    var rest = arguments[...]
    for (id, node) in graph.nodes.enumerated() {
      if case .input = node.kind {
        values[id][0] = rest.removeFirst()
      } else {
        planner.settingUp(isSetup[id]) {
          planner.purposes.begin(origins.purpose(of: id, graph), hasOperands: graph.readsMemory(id))
          lower(id, node)
        }
      }
    }
    return graph.outputs.map { value($0) }
  }

  func value(_ id: NodeID) -> Lowered {
    guard let value = values[id][0] else { preconditionFailure("node \(id) is read before it is lowered") }
    return value
  }

  private mutating func lower(_ id: NodeID, _ node: Node) {
    switch node.kind {
    case .input: break
    case .constant(let constant): values[id][0] = lower(constant)
    case .result(let index): values[id][0] = values[node.inputs[0]][index]
    case .loop(let loop): lower(loop, id, node)
    case .operation(let operation): lower(operation, id, node)
    }
  }

  private func lower(_ constant: Constant) -> Lowered {
    switch constant {
    case .splat(let value, let type): Lowered(type, .constant(value, type.element))
    case .elements(let array): .stored(array.type, in: planner.constant(array.bytes))
    }
  }

  private mutating func lower(_ operation: any Operation, _ id: NodeID, _ node: Node) {
    guard values[id][0] == nil else { return }
    let inputs = node.inputs.map { value($0) }
    switch operation {
    case let map as Elementwise:
      let value = lower(map.function, node.type, inputs)
      if map.function == .relu, let comparison = comparisons[id], let settled = settledWithMask(value) {
        (values[id][0], values[comparison][0]) = settled
      } else {
        values[id][0] = settled(value, id)
      }
    case let cast as Cast: values[id][0] = settled(lower(cast, node.type, inputs), id)
    case let iota as Iota:
      var view = StridedView(
        offset: 0, strides: node.type.shape.extents.map { _ in 0 }, shape: node.type.shape)
      view.strides[iota.axis] = 1
      let index = Term(.index(view), .int32)
      let root = iota.type.element == .int32 ? index : Term(.apply(.floatOfInt, [index]), .float32)
      values[id][0] = Lowered(node.type, root)
    case let view as any ViewOperation: values[id][0] = lower(view, node.type, inputs[0])
    default:
      var lowering = Lowering(planner, inputs, node.types)
      operation.lower(&lowering)
      values[id] = lowering.results
    }
  }

  /// The value written to memory in a layout.
  func stored(_ value: Lowered, _ layout: Layout) -> Lowered {
    .stored(value.type, in: planner.stored(value, layout), layout: layout)
  }

  // MARK: Maps

  /// `value` as it is, or written to memory where that is better.
  private func settled(_ value: Lowered, _ id: NodeID) -> Lowered {
    let root = value.root
    guard root.cost > 0 else { return value }
    let mustStore =
      !planner.options.contains(.mapFusion) || root.cost > 40
      || (uses[id] > 1 && (root.cost > 2 || root.leaves.count > 1))
    func isWorthSetup() -> Bool {
      isSetup[id] && planner.depth == 0 && planner.options.contains(.setupHoisting) && !root.leaves.isEmpty
    }
    return mustStore || isWorthSetup() ? stored(value, value.layout) : value
  }

  /// An activation written to memory together with the bits of where it exceeds 0, in one launch: a pass backward
  /// then needs the bits alone, and the activation's memory is free once the next layer has read it.
  ///
  /// - Returns: nil where one program has no room for both.
  private func settledWithMask(_ value: Lowered) -> (value: Lowered, mask: Lowered)? {
    let type = TensorType(value.type.shape, .bool)
    let count = value.physical.count
    let (buffer, bits) = (planner.allocate(4 * count), planner.allocate(StoredElement.bit.byteCount(count)))
    let view = StridedView(dense: value.physical)
    let exceeds = Term(.apply(.lessF, [.constant(0, .float32), value.root]), .bool)
    let outputs: [MapProgramBuilder.Destination] = [
      .init(term: value.root, buffer: buffer, element: .float32, view: view),
      .init(term: exceeds, buffer: bits, element: .bit, view: view),
    ]
    var builder = MapProgramBuilder()
    guard builder.build(outputs, over: value.physical) != nil else { return nil }
    planner.store(outputs, over: value.physical)
    return (
      .stored(value.type, in: buffer, layout: value.layout),
      .stored(type, in: bits, layout: value.layout, as: .bit)
    )
  }

  private func lower(_ function: ScalarFunction, _ type: TensorType, _ inputs: [Lowered]) -> Lowered {
    var operands = aligned(inputs, type)
    var result = Lowered(type, term(function, operands.map(\.root), type.element), layout: operands[0].layout)
    // The costliest operands are written to memory until the rest fits one program.
    while !MapProgramBuilder.holds(result.root),
      let widest = operands.indices.max(by: { operands[$0].root.cost < operands[$1].root.cost }),
      operands[widest].root.cost > 0
    {
      operands[widest] = stored(operands[widest], operands[widest].layout)
      result = Lowered(type, term(function, operands.map(\.root), type.element), layout: operands[0].layout)
    }
    return result
  }

  /// The operands in one layout: that of a blocked one where the maps may work on it, else dense.
  private func aligned(_ inputs: [Lowered], _ type: TensorType) -> [Lowered] {
    guard let blocked = inputs.first(where: { $0.layout != .dense })?.layout else { return inputs }
    guard case .blocked(let channels) = blocked, blocked.isExact,
      inputs.allSatisfy({ $0.type.shape == type.shape && ($0.layout == .dense || $0.layout == blocked) })
    else {
      return inputs.map { $0.layout == .dense ? $0 : stored($0, .dense) }
    }
    return inputs.map { input in
      guard input.layout == .dense else { return input }
      guard let root = input.root.mapViews({ $0.blocked(channels: channels) }) else {
        preconditionFailure("strided views can be split")
      }
      return Lowered(input.type, root, layout: blocked)
    }
  }

  private func term(_ function: ScalarFunction, _ x: [Term], _ element: ElementType) -> Term {
    switch function {
    case .detach: return x[0]
    case .clamp:
      let raised = Term(.apply(.maximumF, [x[0], x[1]]), element)
      return Term(.apply(.minimumF, [raised, x[2]]), element)
    case .guardedMultiply:
      let zero = Term.constant(0, element)
      let isZero = x.map { Term(.apply(.equalF, [$0, zero]), .bool) }
      let product = Term(.apply(.multiplyF, x), element)
      return Term(.apply(.select, [Term(.apply(.or, isZero), .bool), zero, product]), element)
    default:
      guard let opcode = function.opcode(x[0].element) else {
        preconditionFailure("\(function) has no instruction")
      }
      return Term(.apply(opcode, x), element)
    }
  }

  private func lower(_ cast: Cast, _ type: TensorType, _ inputs: [Lowered]) -> Lowered {
    let source = inputs[0].root
    func apply(_ opcode: Opcode, _ x: Term) -> Term { Term(.apply(opcode, [x]), cast.element) }
    let root: Term =
      switch (source.element, cast.element) {
      case (.float32, .int32): apply(.intOfFloat, source)
      case (.float32, .uint8): apply(.uint8OfInt, Term(.apply(.intOfFloat, [source]), .int32))
      case (.float32, .bool): apply(.boolOfFloat, source)
      case (_, .float32): source.element == .float32 ? source : apply(.floatOfInt, source)
      case (.int32, .uint8): apply(.uint8OfInt, source)
      case (.int32, .bool), (.uint8, .bool): apply(.boolOfInt, source)
      default: source.element == cast.element ? source : apply(.copy, source)
      }
    return Lowered(type, root, layout: inputs[0].layout)
  }

  // MARK: Loops

  private mutating func lower(_ loop: Loop, _ id: NodeID, _ node: Node) {
    let inputs = node.inputs.map { value($0) }
    let carried = loop.body.outputTypes.enumerated().map { index, type -> Lowered in
      let buffer = planner.allocate(type.byteCount)
      planner.compute(inputs[index], into: buffer, StoredElement(type.element), .dense)
      return .stored(type, in: buffer)
    }
    // What the body captures is computed once, before the loop.
    let captured = inputs[loop.carried...].map { $0.root.cost > 0 ? stored($0, $0.layout) : $0 }
    let counter = planner.allocate(4)
    let number = Lowered.stored(TensorType(.scalar, .int32), in: counter)
    let numberNode = loop.body.inputs[0].node
    let usesNumber = loop.body.nodes.contains { $0.inputs.contains(numberNode) }
    if usesNumber {
      planner.compute(Lowered(number.type, .constant(0, .int32)), into: counter, .int32, .dense)
    }
    planner.openLoop()
    let names = origins.parameters(of: node.inputs, inBodyOf: loop)
    var body = GraphLowering(
      planner, loop.body, origins: LaunchOrigins(loop.body, inputs: names), isBody: true)
    let next = body.run([number] + carried + captured)
    planner.purposes.begin(.moving("values for the next iteration"))
    assign(next, to: carried)
    if usesNumber {
      let one = Term.constant(1, .int32)
      planner.compute(
        Lowered(number.type, Term(.apply(.addI, [number.root, one]), .int32)), into: counter, .int32, .dense)
    }
    planner.closeLoop(count: loop.count)
    values[id] = carried
  }

  /// Writes the next carried values over the old ones.
  ///
  /// Values that read carried memory at other places than they
  /// write are computed aside first.
  private func assign(_ next: [Lowered], to carried: [Lowered]) {
    let targets = carried.compactMap { $0.denseBuffer(.dense) }
    let slots = Dictionary(targets.enumerated().map { ($1, $0) }) { first, _ in first }
    let aside = next.enumerated().map { index, value -> Lowered in
      let written = value.viewOfDense
      let reads = value.root.leaves.compactMap(\.memory)
      let isSafe = reads.allSatisfy { leaf in
        guard let slot = slots[leaf.buffer] else { return true }
        // A later assignment may overwrite what this one reads, never the other way round, so order decides.
        let isInPlace =
          leaf.view == written || (value.layout == .dense && leaf.view.isDense && leaf.view.offset == 0)
        return slot == index && isInPlace || slot > index
      }
      return isSafe ? value : .stored(value.type, in: fresh(value))
    }
    let reads = aside.map { Set($0.root.leaves.compactMap { $0.memory?.buffer }) }
    var readers: [BufferID: Int] = [:]
    for buffer in reads.joined() { readers[buffer, default: 0] += 1 }
    for (index, value) in aside.enumerated() {
      let source = value.denseBuffer(.dense)
      if source == targets[index] { continue }
      func othersRead(_ buffer: BufferID) -> Bool {
        readers[buffer, default: 0] > (reads[index].contains(buffer) ? 1 : 0)
      }
      if let source, !othersRead(source), !othersRead(targets[index]),
        planner.redirect(source, to: targets[index])
      {
        continue
      }
      planner.compute(value, into: targets[index], StoredElement(value.type.element), .dense)
    }
  }

  private func fresh(_ value: Lowered) -> BufferID {
    let buffer = planner.allocate(value.type.byteCount)
    planner.compute(value, into: buffer, StoredElement(value.type.element), .dense)
    return buffer
  }
}

extension Graph {
  /// For each node, whether its value depends on parameters and constants alone.
  ///
  /// A graph that changes its parameters computes everything in every run.
  ///
  /// - Parameter fixed: Inputs of which that is known.
  func dependsOnParametersAlone(fixed: Set<NodeID> = []) -> [Bool] {
    guard updates.isEmpty else { return nodes.map { _ in false } }
    var result: [Bool] = []
    for (id, node) in nodes.enumerated() {
      switch node.kind {
      case .input(_, let role): result.append(role == .parameter || fixed.contains(id))
      // The setup is a list of launches without repetition, so loops and what reads them are part of every run.
      case .loop: result.append(false)
      default: result.append(node.inputs.allSatisfy { result[$0] })
      }
    }
    return result
  }

  /// For each node x, the node that computes `0 < x`, if there is one.
  var comparisonsWithZero: [NodeID: NodeID] {
    var found: [NodeID: NodeID] = [:]
    for id in nodes.indices where function(id) == .less {
      let inputs = nodes[id].inputs
      if splat(inputs[0]) == 0, found[inputs[1]] == nil { found[inputs[1]] = id }
    }
    return found
  }

  /// For each node, how many computations read its value; views pass on those that read them.
  var effectiveUses: [Int] {
    var uses = [Int](repeating: 0, count: nodes.count)
    for root in roots { uses[root] += 1 }
    for id in nodes.indices.reversed() {
      var isView = false
      if case .operation(let operation) = nodes[id].kind { isView = operation is any ViewOperation }
      for input in Set(nodes[id].inputs) { uses[input] += isView ? uses[id] : 1 }
    }
    return uses
  }
}
