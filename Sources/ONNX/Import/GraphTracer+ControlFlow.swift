internal import ArrayFiles
internal import Compute

extension GraphTracer {
  /// The most nodes of subgraphs that are traced, each pass counted, so that no file makes the importer work for long.
  private static var maximumRepetitions: Int { 200_000 }

  /// The results of a node that holds graphs.
  mutating func results(
    of kind: ControlFlow, _ node: ImportedNode, _ inputs: [TracedValue?]
  ) throws -> [TracedValue] {
    switch kind {
    case .branch: try branch(node, inputs)
    case .loop: try loop(node, inputs)
    case .scan: try scan(node, inputs)
    }
  }

  /// The outputs of a subgraph for these inputs.
  private mutating func traced(_ graph: Subgraph, _ inputs: [TracedValue]) throws -> [TracedValue] {
    guard inputs.count == graph.inputs.count else {
      throw ImportError("its body takes \(graph.inputs.count) values, and \(inputs.count) are given")
    }
    repetitions += graph.nodes.count + 1
    guard repetitions <= Self.maximumRepetitions else {
      throw ImportError(
        "more than \(Self.maximumRepetitions) nodes come from the passes of loops; export the model with fewer passes"
      )
    }
    for (name, value) in zip(graph.inputs, inputs) { values[name] = value }
    for inner in graph.nodes { try trace(inner) }
    return try graph.outputs.map { name in
      guard let value = value(named: name) else { throw ImportError("nothing gives '\(name)' in its body") }
      return value
    }
  }

  private mutating func branch(_ node: ImportedNode, _ inputs: [TracedValue?]) throws -> [TracedValue] {
    guard let condition = inputs.first ?? nil else { throw ImportError("the condition is missing") }
    guard let known = condition.value.known, known.count == 1 else {
      throw ImportError(
        "its condition depends on the values of the model's inputs, and only one that shapes and constants decide is "
          + "supported; export the model with the branch that is meant, or with Where in its place")
    }
    let name = known.integers[0] != 0 ? "then_branch" : "else_branch"
    guard let graph = node.subgraphs[name] else { throw ImportError("attribute '\(name)' is missing") }
    return try traced(graph, [])
  }

  private mutating func loop(_ node: ImportedNode, _ inputs: [TracedValue?]) throws -> [TracedValue] {
    let body = try body(of: node)
    let limit = try inputs.first.flatMap { $0 }.map { try self.limit($0.value) }
    var isGoingOn = try inputs.count > 1 ? inputs[1].map { try truth($0.value) } ?? true : true
    var carried = try inputs.dropFirst(2).map { value in
      guard let value else { throw ImportError("a value that passes carry on is missing") }
      return value
    }
    guard body.outputs.count > carried.count else {
      throw ImportError("its body gives \(body.outputs.count) values, too few to go on with")
    }
    var gathered = [[TracedValue]](repeating: [], count: body.outputs.count - 1 - carried.count)
    var pass = 0
    let start = carried
    while isGoingOn, pass < limit ?? .max {
      let inputs = [constant(Int64(pass)), constant(true)] + carried
      let outputs = try inPass(pass) { tracer in try tracer.traced(body, inputs) }
      pass += 1
      carried = Array(outputs[1...carried.count])
      for (index, value) in outputs[(1 + carried.count)...].enumerated() { gathered[index].append(value) }
      if pass < limit ?? .max { isGoingOn = try truth(outputs[0].value) }
    }
    if pass == 0, !gathered.isEmpty {
      // One pass, which is not used, tells what none would have given.
      let sample = try traced(body, [constant(Int64(0)), constant(true)] + start)
      return start + sample[(1 + start.count)...].map { stacked([$0], count: 0, axis: 0) }
    }
    return carried + gathered.map { stacked($0, count: pass, axis: 0) }
  }

  private mutating func scan(_ node: ImportedNode, _ inputs: [TracedValue?]) throws -> [TracedValue] {
    guard node.version >= 9 else {
      throw ImportError("before operator set 9 Scan has another meaning; export the model for a later one")
    }
    let body = try body(of: node)
    let given = inputs.compactMap { $0 }
    let layout = try ScanLayout(node, given, body, scope)
    var carried = Array(given[..<layout.stateCount])
    let scanned = Array(given[layout.stateCount...])
    var gathered = [[TracedValue]](repeating: [], count: body.outputs.count - layout.stateCount)
    for pass in 0..<max(1, layout.length) {
      let slices = zip(scanned, layout.inputs).map { value, axis in
        guard layout.length > 0 else { return empty(value, axis.index) }
        return slice(value, axis.index, axis.isReversed ? layout.length - 1 - pass : pass)
      }
      let inputs = carried + slices
      let outputs = try inPass(pass) { tracer in try tracer.traced(body, inputs) }
      if layout.length > 0 { carried = Array(outputs[..<layout.stateCount]) }
      for (index, value) in outputs[layout.stateCount...].enumerated() { gathered[index].append(value) }
    }
    return try carried
      + zip(gathered, layout.outputs).map { values, axis in
        let place = try layout.place(axis, of: values)
        return stacked(axis.isReversed ? values.reversed() : values, count: layout.length, axis: place)
      }
  }
}

extension GraphTracer {
  private func body(of node: ImportedNode) throws -> Subgraph {
    guard let body = node.subgraphs["body"] else { throw ImportError("attribute 'body' is missing") }
    return body
  }

  private func limit(_ value: ImportedValue) throws -> Int {
    guard let known = value.known, known.count == 1 else {
      throw ImportError(
        "its number of passes depends on the values of the model's inputs; only one that shapes and constants decide "
          + "is supported")
    }
    return Int(clamping: known.integers[0])
  }

  private func truth(_ value: ImportedValue) throws -> Bool {
    guard let known = value.known, known.count == 1 else {
      throw ImportError(
        "whether it goes on depends on the values of the model's inputs; only what shapes and constants decide is "
          + "supported")
    }
    return known.integers[0] != 0
  }

  private func constant(_ number: Int64) -> TracedValue {
    known(StoredArray(shape: [], integers: [number], as: .int64))
  }
  private func constant(_ truth: Bool) -> TracedValue {
    known(StoredArray(shape: [], integers: [truth ? 1 : 0], as: .bool))
  }
  private func known(_ array: StoredArray) -> TracedValue {
    TracedValue(value: ImportedValue(constant: array, in: scope), isParametric: false)
  }

  /// The values of passes side by side along a new axis, of which the first `count` are kept.
  private func stacked(_ values: [TracedValue], count: Int, axis: Int) -> TracedValue {
    let element = values[0].value.element
    let whole = Tensor.stacked(values.map(\.value.tensor), axis: axis)
    let tensor = count == values.count ? whole : whole.sliced(axis: axis, from: 0, count: count)
    let arrays = values.prefix(count).compactMap(\.value.known)
    let isKnown =
      axis == 0 && arrays.count == values.count && arrays.allSatisfy { $0.shape == arrays[0].shape }
    let known =
      isKnown
      ? StoredArray(shape: [count] + arrays[0].shape, element: element, bytes: arrays.flatMap(\.bytes)) : nil
    return TracedValue(
      value: ImportedValue(tensor, element, known: known),
      isParametric: values.contains(where: \.isParametric))
  }

  private func slice(_ value: TracedValue, _ axis: Int, _ place: Int) -> TracedValue {
    let tensor = value.value.tensor.sliced(axis: axis, from: place, count: 1).squeezingAxis(at: axis)
    return TracedValue(
      value: ImportedValue(tensor, value.value.element), isParametric: value.isParametric)
  }

  /// Zeros in the shape of a slice, to find out what a body would give.
  private func empty(_ value: TracedValue, _ axis: Int) -> TracedValue {
    var extents = value.value.tensor.shape.extents
    extents.remove(at: axis)
    let zeros = scope.full(Shape(extents), 0, value.value.tensor.element)
    return TracedValue(value: ImportedValue(zeros, value.value.element), isParametric: false)
  }
}

/// Along which axes a `Scan` goes.
private struct ScanLayout {
  struct Axis {
    var index: Int
    var isReversed: Bool
  }

  let stateCount: Int
  let length: Int
  let inputs: [Axis]
  let outputs: [Axis]

  init(_ node: ImportedNode, _ given: [TracedValue], _ body: Subgraph, _ scope: Scope) throws {
    let call = NodeCall(node, [], scope)
    let count = try call.integer("num_scan_inputs")
    guard count >= 1, count <= given.count, body.outputs.count >= given.count - count else {
      throw ImportError(
        "\(count) inputs to scan do not fit \(given.count) inputs and \(body.outputs.count) outputs of the body"
      )
    }
    stateCount = given.count - count
    inputs = try Self.axes(call, "scan_input", count).enumerated().map { index, axis in
      let rank = given[given.count - count + index].value.tensor.rank
      return Axis(index: try call.axis(axis.index, rank: rank), isReversed: axis.isReversed)
    }
    outputs = try Self.axes(call, "scan_output", body.outputs.count - stateCount)
    let lengths = zip(given.suffix(count), inputs).map { $0.value.tensor.shape[$1.index] }
    guard Set(lengths).count == 1 else {
      throw ImportError("the inputs to scan have different extents, \(lengths)")
    }
    length = lengths[0]
  }

  /// The axis of an output, counted from the front.
  func place(_ axis: Axis, of values: [TracedValue]) throws -> Int {
    let rank = values[0].value.tensor.rank + 1
    let counted = axis.index < 0 ? axis.index + rank : axis.index
    guard 0..<rank ~= counted else { throw ImportError("there is no axis \(axis.index) of \(rank)") }
    return counted
  }

  private static func axes(_ call: NodeCall, _ kind: String, _ count: Int) throws -> [Axis] {
    let indices = try call.integers(kind + "_axes") ?? Array(repeating: 0, count: count)
    let directions = try call.integers(kind + "_directions") ?? Array(repeating: 0, count: count)
    guard indices.count == count, directions.count == count, directions.allSatisfy({ 0...1 ~= $0 }) else {
      throw ImportError("the axes \(indices) and directions \(directions) should be \(count) each")
    }
    return zip(indices, directions).map { Axis(index: $0, isReversed: $1 == 1) }
  }
}
