/// Turns terms into a map program: loads, register assignment, and an iteration space with as few axes as possible.
struct MapProgramBuilder {
  /// Where a term's value goes.
  struct Destination {
    let term: Term
    let buffer: BufferID
    let element: StoredElement
    let view: StridedView
  }

  private(set) var sources: [BufferID] = []
  private(set) var destinations: [BufferID] = []
  private var loads: [Term] = []
  private var registers: [Term: Int] = [:]
  private var lastUse: [Term: Int] = [:]
  private var order: [Term] = []
  private var free: [Bool] = []
  private var instructions: [MapProgram.Instruction] = []

  /// The program that computes `outputs` over `shape`.
  ///
  /// - Parameter fold: For a reduction: how many leading axes of the shape are kept, and the fold's code.
  /// - Returns: nil where the terms need more operands or registers than a program has.
  mutating func build(
    _ outputs: [Destination], over shape: Shape, fold: (kept: Int, code: Int32, element: StoredElement)? = nil
  ) -> MapProgram? {
    for output in outputs { visit(output.term) }
    loads = order.filter {
      if case .memory = $0.kind { true } else if case .index = $0.kind { true } else { false }
    }
    guard loads.count <= MapProgram.Limit.sources, assignRegisters(outputs) else { return nil }
    for output in outputs where !destinations.contains(output.buffer) { destinations.append(output.buffer) }
    let program = encode(outputs, shape, fold)
    let fits = sources.count <= MapProgram.Limit.sources && destinations.count <= MapProgram.Limit.results
    return fits ? program : nil
  }

  private mutating func visit(_ term: Term) {
    guard lastUse[term] == nil else { return }
    lastUse[term] = 0
    if case .apply(_, let operands) = term.kind { for operand in operands { visit(operand) } }
    order.append(term)
  }

  private mutating func assignRegisters(_ outputs: [Destination]) -> Bool {
    free = [Bool](repeating: true, count: MapProgram.Limit.registers)
    for (time, term) in order.enumerated() {
      if case .apply(_, let operands) = term.kind { for operand in operands { lastUse[operand] = time } }
    }
    for output in outputs { lastUse[output.term] = order.count }
    for (register, load) in loads.enumerated() {
      registers[load] = register
      free[register] = false
    }
    for (time, term) in order.enumerated() {
      guard emit(term, at: time) else { return false }
    }
    return true
  }

  private mutating func emit(_ term: Term, at time: Int) -> Bool {
    switch term.kind {
    case .memory, .index: return true
    case .constant(let bits):
      guard let register = free.firstIndex(of: true) else { return false }
      return append(.constant, term, register, [Int32(bitPattern: bits)])
    case .apply(.philox, let operands): return emitPhilox(term, operands, at: time)
    case .apply(let opcode, let operands):
      let inputs = operands.map { Int32(registers[$0] ?? 0) }
      release(operands, at: time)
      guard let register = free.firstIndex(of: true) else { return false }
      return append(opcode, term, register, inputs)
    }
  }

  /// Philox reads six neighbouring registers, so its operands are copied side by side.
  private mutating func emitPhilox(_ term: Term, _ operands: [Term], at time: Int) -> Bool {
    guard let first = (0...(free.count - 6)).first(where: { free[$0..<($0 + 6)].allSatisfy { $0 } }) else {
      return false
    }
    for (index, operand) in operands.enumerated() {
      instructions.append(
        MapProgram.Instruction(
          opcode: .copy, destination: first + index, operands: [Int32(registers[operand] ?? 0)]))
    }
    release(operands, at: time)
    return append(.philox, term, first, [Int32(first)])
  }

  private mutating func append(_ opcode: Opcode, _ term: Term, _ register: Int, _ operands: [Int32]) -> Bool {
    instructions.append(MapProgram.Instruction(opcode: opcode, destination: register, operands: operands))
    registers[term] = register
    free[register] = false
    return true
  }

  private mutating func release(_ operands: [Term], at time: Int) {
    for operand in operands where lastUse[operand] == time {
      if let register = registers[operand] { free[register] = true }
    }
  }

  private mutating func source(_ buffer: BufferID) -> Int {
    if let known = sources.firstIndex(of: buffer) { return known }
    sources.append(buffer)
    return sources.count - 1
  }

  private mutating func encode(
    _ outputs: [Destination], _ shape: Shape, _ fold: (kept: Int, code: Int32, element: StoredElement)?
  ) -> MapProgram? {
    var views: [StridedView] = loads.map { load in
      switch load.kind {
      case .memory(_, _, let view), .index(let view): view
      default: StridedView(dense: shape)
      }
    }
    views += outputs.map(\.view)
    let axes = IterationSpace(shape, views, boundary: fold?.kept)
    guard axes.extents.count <= MapProgram.Limit.rank else { return nil }
    var operands: [MapProgram.Operand] = []
    for (index, load) in loads.enumerated() {
      let strides = axes.strides[index]
      if case .memory(let buffer, let element, let view) = load.kind {
        operands.append(
          MapProgram.Operand(element: element, source: source(buffer), offset: view.offset, strides: strides))
      } else {
        operands.append(
          MapProgram.Operand(element: .index, source: 0, offset: views[index].offset, strides: strides))
      }
    }
    let results = outputs.enumerated().map { index, output in
      MapProgram.Result(
        element: output.element, destination: destinations.firstIndex(of: output.buffer) ?? 0,
        register: registers[output.term] ?? 0, offset: output.view.offset,
        strides: axes.strides[loads.count + index])
    }
    return MapProgram(
      extents: axes.extents, operands: operands, results: results, instructions: instructions,
      fold: fold.map { (axes.kept, $0.code, $0.element) })
  }
}

/// The axes of an iteration with neighbours joined where every view allows, without those of extent 1.
private struct IterationSpace {
  private(set) var extents: [Int] = []
  private(set) var strides: [[Int]]
  /// How many of the axes lie before the boundary.
  private(set) var kept = 0

  init(_ shape: Shape, _ views: [StridedView], boundary: Int?) {
    strides = views.map { _ in [] }
    for axis in 0..<shape.rank {
      if axis == boundary { kept = extents.count }
      guard shape[axis] != 1 else { continue }
      let steps = views.map { $0.strides[axis] }
      let joins =
        extents.count > (axis >= boundary ?? .max ? kept : 0)
        && zip(strides, steps).allSatisfy { $0.last == $1 * shape[axis] }
      if joins {
        extents[extents.count - 1] *= shape[axis]
        for view in strides.indices { strides[view][extents.count - 1] = steps[view] }
      } else {
        extents.append(shape[axis])
        for view in strides.indices { strides[view].append(steps[view]) }
      }
    }
    if boundary == nil || boundary == shape.rank { kept = extents.count }
    if extents.isEmpty || (boundary != nil && kept == extents.count && boundary != shape.rank) {
      // A program has at least one axis, and a reduction at least one folded axis.
      extents.append(1)
      for view in strides.indices { strides[view].append(0) }
      if boundary == nil { kept = 1 }
    }
  }
}
