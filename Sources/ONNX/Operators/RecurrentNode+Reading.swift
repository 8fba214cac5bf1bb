import Compute

extension RecurrentNode {
  /// The most steps that are unrolled.
  private static let longest = 4096

  /// Reads a node whose inputs are X, W, R, B, sequence_lens, initial_h, and for a long short-term memory
  /// initial_c and P.
  ///
  /// - Parameters:
  ///   - sequence: X with the batch axis behind that of the steps.
  ///   - states: The initial states with the batch axis behind that of the directions.
  init(_ call: NodeCall, _ cell: RecurrentCell, sequence: Tensor, states: [Tensor?]) throws {
    let directions = try RecurrentNode.directions(call)
    let (kernel, recurrent) = (try call.floating(1), try call.floating(2))
    guard sequence.rank == 3, kernel.rank == 3, recurrent.rank == 3 else {
      throw ImportError(
        "X, W and R should have three axes: \(sequence.shape), \(kernel.shape), \(recurrent.shape)")
    }
    let width = recurrent.shape[2]
    let rows = cell.gates * width
    guard 1...RecurrentNode.longest ~= sequence.shape[0], width >= 1,
      try call.integer("hidden_size", default: width) == width
    else {
      throw ImportError(
        "1 to \(RecurrentNode.longest) steps and \(width) as 'hidden_size' are needed for X \(sequence.shape)"
      )
    }
    let parts: [(name: String, tensor: Tensor?, shape: Shape)] =
      [
        ("W", kernel, [directions.count, rows, sequence.shape[2]]),
        ("R", recurrent, [directions.count, rows, width]),
        ("B", try call.optional(3), [directions.count, 2 * rows]),
        ("P", cell.hasCellState ? try call.optional(7) : nil, [directions.count, 3 * width]),
      ] + states.map { ("an initial state", $0, [directions.count, sequence.shape[1], width]) }
    for part in parts {
      guard part.tensor.map({ $0.shape == part.shape }) ?? true else {
        throw ImportError("\(part.name) is \(part.tensor?.shape ?? []); it should be \(part.shape)")
      }
    }
    let activations = try RecurrentActivation.all(
      call, standard: cell.activations, directions: directions.count)
    let picked = { (part: Int, index: Int) in parts[part].tensor?.part(index) }
    self.cell = cell
    self.directions = directions
    self.width = width
    self.sequence = sequence
    lengths = try RecurrentNode.lengths(call, sequence.shape[1])
    steps = directions.indices.map { index in
      let own = activations[(index * cell.activations.count)...].prefix(cell.activations.count)
      return RecurrentStep(
        cell: cell,
        weights: GateWeights(
          input: kernel.part(index), hidden: recurrent.part(index), bias: picked(2, index),
          peepholes: picked(3, index)),
        activations: Array(own), width: width)
    }
    let zeros = call.scope.full([sequence.shape[1], width], 0)
    initial = directions.indices.map { index in
      RecurrentState(
        hidden: picked(4, index) ?? zeros, cell: cell.hasCellState ? picked(5, index) ?? zeros : nil)
    }
  }

  private static func directions(_ call: NodeCall) throws -> [Direction] {
    if call.attributes["clip"] != nil { throw ImportError("attribute 'clip' is not supported") }
    switch try call.string("direction", default: "forward") {
    case "forward": return [.forward]
    case "reverse": return [.reverse]
    case "bidirectional": return [.forward, .reverse]
    case let name: throw ImportError("attribute 'direction' has no value '\(name)'")
    }
  }

  private static func lengths(_ call: NodeCall, _ samples: Int) throws -> Tensor? {
    guard call.has(4) else { return nil }
    let lengths = try call.tensor(4)
    guard lengths.type == TensorType([samples], .int32) else {
      throw ImportError("sequence_lens is \(lengths.type); it should be int32[\(samples)]")
    }
    return lengths.expandingAxis(at: 1)
  }
}

extension NodeCall {
  /// Input `index` of floating-point numbers, or nil.
  func optional(_ index: Int) throws -> Tensor? { has(index) ? try floating(index) : nil }
}

extension Tensor {
  /// The slice at `index` along the first axis, without that axis.
  fileprivate func part(_ index: Int) -> Tensor {
    sliced(axis: 0, from: index, count: 1).squeezingAxis(at: 0)
  }
}
