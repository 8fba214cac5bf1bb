import Compute

/// The recurrent cells of ONNX, whose gates lie one after the other along the first axis of their weights.
enum RecurrentCell {
  /// One gate.
  case plain
  /// Gates z, r, h: update, reset and candidate.
  case gated(resetsAfterProduct: Bool)
  /// Gates i, o, f, c: input, output, forget and cell.
  case longShortTerm(couplesForget: Bool)

  /// How many gates there are.
  var gates: Int {
    switch self {
    case .plain: 1
    case .gated: 3
    case .longShortTerm: 4
    }
  }

  /// The activations where none are named.
  var activations: [String] {
    switch self {
    case .plain: ["Tanh"]
    case .gated: ["Sigmoid", "Tanh"]
    case .longShortTerm: ["Sigmoid", "Tanh", "Tanh"]
    }
  }

  /// Whether there is a cell state beside the hidden one.
  var hasCellState: Bool { if case .longShortTerm = self { true } else { false } }

  /// Whether a gate's bias from the hidden state may be added to that from the input beforehand.
  func sharesBias(gate: Int) -> Bool {
    if case .gated(resetsAfterProduct: true) = self { gate != 2 } else { true }
  }
}

/// What a recurrent network of one direction is made of.
struct GateWeights {
  /// From the input, `[G H, I]`.
  var input: Tensor
  /// From the hidden state, `[G H, H]`.
  var hidden: Tensor
  /// Biases, `[2 G H]`: those of the input, then those of the hidden state.
  var bias: Tensor?
  /// What the gates i, o and f see of the cell state, `[3 H]`.
  var peepholes: Tensor?
}

/// What a network carries from step to step, each `[N, H]`.
struct RecurrentState {
  var hidden: Tensor
  var cell: Tensor?
}

/// One step of a recurrent network of one direction.
struct RecurrentStep {
  let cell: RecurrentCell
  let weights: GateWeights
  let activations: [RecurrentActivation]
  /// H.
  let width: Int

  /// What the gates receive from the input at all steps, biases included as far as they can be.
  ///
  /// - Returns: `[T, N, G H]` for `[T, N, I]`.
  func projected(_ sequence: Tensor) -> Tensor {
    let rows = sequence.reshaped([sequence.shape[0] * sequence.shape[1], sequence.shape[2]])
    let product = rows.matmul(weights.input.transposed)
    let shifted = weights.bias.map { bias in
      let own = bias.sliced(axis: 0, from: 0, count: cell.gates * width)
      let shared = (0..<cell.gates).map { gate in
        let offset = gate * width
        let part = own.sliced(axis: 0, from: offset, count: width)
        return cell.sharesBias(gate: gate) ? part + hiddenBias(gate, bias) : part
      }
      return product + Tensor.concatenated(shared, axis: 0)
    }
    return (shifted ?? product).reshaped([sequence.shape[0], sequence.shape[1], cell.gates * width])
  }

  /// The state after a step whose input has been projected to `[N, G H]`.
  func next(_ input: Tensor, _ state: RecurrentState) -> RecurrentState {
    switch cell {
    case .plain:
      return RecurrentState(hidden: activations[0](input + state.hidden.matmul(weights.hidden.transposed)))
    case .gated(let resetsAfterProduct):
      return RecurrentState(hidden: gated(input, state.hidden, resetsAfterProduct))
    case .longShortTerm(let couplesForget): return longShortTerm(input, state, couplesForget)
    }
  }

  /// Cho et al., "Learning phrase representations using RNN encoder-decoder", 2014.
  private func gated(_ input: Tensor, _ hidden: Tensor, _ resetsAfterProduct: Bool) -> Tensor {
    let count = resetsAfterProduct ? 3 : 2
    let kernel = weights.hidden.sliced(axis: 0, from: 0, count: count * width).transposed
    let recurrent = hidden.matmul(kernel)
    let update = activations[0](part(input, 0) + part(recurrent, 0))
    let reset = activations[0](part(input, 1) + part(recurrent, 1))
    let candidate: Tensor
    if resetsAfterProduct {
      let product = weights.bias.map { part(recurrent, 2) + hiddenBias(2, $0) } ?? part(recurrent, 2)
      candidate = part(input, 2) + reset * product
    } else {
      let last = weights.hidden.sliced(axis: 0, from: 2 * width, count: width).transposed
      candidate = part(input, 2) + (reset * hidden).matmul(last)
    }
    return (1 - update) * activations[1](candidate) + update * hidden
  }

  /// Hochreiter and Schmidhuber, "Long short-term memory", 1997, with forget gates and peepholes.
  private func longShortTerm(
    _ input: Tensor, _ state: RecurrentState, _ couplesForget: Bool
  ) -> RecurrentState {
    let sums = input + state.hidden.matmul(weights.hidden.transposed)
    let before = state.cell ?? state.hidden.zeros
    let enter = activations[0](peeping(part(sums, 0), at: before, 0))
    let forget = couplesForget ? 1 - enter : activations[0](peeping(part(sums, 2), at: before, 2))
    let after = forget * before + enter * activations[1](part(sums, 3))
    let leave = activations[0](peeping(part(sums, 1), at: after, 1))
    return RecurrentState(hidden: leave * activations[2](after), cell: after)
  }

  private func part(_ gates: Tensor, _ index: Int) -> Tensor {
    gates.sliced(axis: -1, from: index * width, count: width)
  }

  private func hiddenBias(_ gate: Int, _ bias: Tensor) -> Tensor {
    bias.sliced(axis: 0, from: (cell.gates + gate) * width, count: width)
  }

  private func peeping(_ sum: Tensor, at cell: Tensor, _ gate: Int) -> Tensor {
    weights.peepholes.map { sum + cell * $0.sliced(axis: 0, from: gate * width, count: width) } ?? sum
  }
}
