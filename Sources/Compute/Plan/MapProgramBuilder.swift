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
  /// The terms, each after its operands; everything else about them goes by their place here.
  private var order: [Term] = []
  /// The places by hash; a term whose hash is taken by another one has the next that is free.
  private var places: [Int: Int] = [:]
  private var operands: [[Int]] = []
  private var registers: [Int] = []
  private var lastUse: [Int] = []
  private var free: [Bool] = []
  private var instructions: [MapProgram.Instruction] = []

  /// The program that computes `outputs` over `shape`.
  ///
  /// - Parameter fold: For a reduction: how many leading axes of the shape are kept, and the fold's code.
  /// - Returns: nil where the terms need more operands or registers than a program has.
  mutating func build(
    _ outputs: [Destination], over shape: Shape, fold: (kept: Int, code: Int32, element: StoredElement)? = nil
  ) -> MapProgram? {
    guard compute(outputs.map(\.term)) else { return nil }
    for output in outputs where !destinations.contains(output.buffer) { destinations.append(output.buffer) }
    let program = encode(outputs, shape, fold)
    let fits = sources.count <= MapProgram.Limit.sources && destinations.count <= MapProgram.Limit.results
    return fits ? program : nil
  }

  /// Whether one program has room for a term; shapes have no more axes than programs, so its operands and registers decide.
  static func holds(_ term: Term) -> Bool {
    var builder = MapProgramBuilder()
    return builder.compute([term])
  }

  /// Makes the instructions for terms.
  ///
  /// - Returns: Whether there is room for all operands.
  private mutating func compute(_ outputs: [Term]) -> Bool {
    let results = outputs.map { visit($0) }
    for (place, term) in order.enumerated() where term.isLoaded {
      registers[place] = loads.count
      loads.append(term)
    }
    return loads.count <= MapProgram.Limit.sources && assignRegisters(results)
  }

  /// The place of a term.
  private mutating func visit(_ term: Term) -> Int {
    if let known = place(of: term).known { return known }
    var inputs: [Int] = []
    if case .apply(_, let operands) = term.kind { inputs = operands.map { visit($0) } }
    places[place(of: term).hash] = order.count
    order.append(term)
    operands.append(inputs)
    registers.append(0)
    lastUse.append(0)
    return order.count - 1
  }

  /// The place of an equal term, or the hash under which there is none.
  private func place(of term: Term) -> (known: Int?, hash: Int) {
    var hash = term.hash
    while let place = places[hash] {
      if order[place] == term { return (place, hash) }
      hash &+= 1
    }
    return (nil, hash)
  }

  private mutating func assignRegisters(_ results: [Int]) -> Bool {
    free = [Bool](repeating: true, count: MapProgram.Limit.registers)
    for place in order.indices {
      for operand in operands[place] { lastUse[operand] = place }
    }
    for place in results { lastUse[place] = order.count }
    for register in loads.indices { free[register] = false }
    for place in order.indices {
      guard emit(place) else { return false }
    }
    return true
  }

  private mutating func emit(_ place: Int) -> Bool {
    switch order[place].kind {
    case .memory, .index: return true
    case .constant(let bits):
      guard let register = free.firstIndex(of: true) else { return false }
      return append(.constant, place, register, [Int32(bitPattern: bits)])
    case .apply(.philox, _): return emitPhilox(place)
    case .apply(let opcode, _):
      let inputs = operands[place].map { Int32(registers[$0]) }
      release(at: place)
      guard let register = free.firstIndex(of: true) else { return false }
      return append(opcode, place, register, inputs)
    }
  }

  /// Philox reads six neighbouring registers, so its operands are copied side by side.
  private mutating func emitPhilox(_ place: Int) -> Bool {
    guard let first = (0...(free.count - 6)).first(where: { free[$0..<($0 + 6)].allSatisfy { $0 } }) else {
      return false
    }
    for (index, operand) in operands[place].enumerated() {
      instructions.append(
        MapProgram.Instruction(
          opcode: .copy, destination: first + index, operands: [Int32(registers[operand])]))
    }
    release(at: place)
    return append(.philox, place, first, [Int32(first)])
  }

  private mutating func append(_ opcode: Opcode, _ place: Int, _ register: Int, _ operands: [Int32]) -> Bool {
    instructions.append(MapProgram.Instruction(opcode: opcode, destination: register, operands: operands))
    registers[place] = register
    free[register] = false
    return true
  }

  /// Frees the registers of the operands that nothing reads later.
  private mutating func release(at place: Int) {
    for operand in operands[place] where lastUse[operand] == place { free[registers[operand]] = true }
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
        register: place(of: output.term).known.map { registers[$0] } ?? 0, offset: output.view.offset,
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
