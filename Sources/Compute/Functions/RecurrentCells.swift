// One step of recurrent networks; a sequence is a loop over steps. Gates lie one after the other along the
// first axis of the weights, in PyTorch's order; ONNX orders them otherwise, as noted.

/// The weights of a recurrent cell with G gates of H units over I features.
public struct RecurrentWeights {
  /// From the input, `[G H, I]`.
  public var input: LinearWeights
  /// From the hidden state, `[G H, H]`.
  public var hidden: LinearWeights

  /// Makes a cell of these weights.
  public init(input: LinearWeights, hidden: LinearWeights) {
    self.input = input
    self.hidden = hidden
  }
}

extension RecurrentWeights: TensorTree {
  /// Visits the input weights, then the hidden ones.
  public mutating func forEachTensor(_ visit: (inout Tensor) -> Void) {
    input.forEachTensor(visit)
    hidden.forEachTensor(visit)
  }
}

/// What a long short-term memory carries from step to step.
public struct LongShortTermState {
  /// The hidden state, which is also the output, `[N, H]`.
  public var hidden: Tensor
  /// The cell state, `[N, H]`.
  public var cell: Tensor

  /// Makes a state.
  public init(hidden: Tensor, cell: Tensor) {
    self.hidden = hidden
    self.cell = cell
  }
}

extension LongShortTermState: TensorTree {
  /// Visits the hidden state, then the cell state.
  public mutating func forEachTensor(_ visit: (inout Tensor) -> Void) {
    visit(&hidden)
    visit(&cell)
  }
}

extension Tensor {
  /// The next hidden state of a plain recurrent cell, tanh(W x + b + U h + c), x being this tensor, `[N, I]`.
  ///
  /// `torch.nn.RNNCell`.
  ///
  /// - Parameters:
  ///   - hidden: The state, `[N, H]`.
  ///   - weights: One gate.
  public func recurrentStep(
    _ hidden: Tensor, _ weights: RecurrentWeights, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let place = SourceLocation(fileID, line)
    return gated("recurrentStep", hidden, weights, gates: 1, place) { input, recurrent in
      (input[0] + recurrent[0]).tanh()
    }
  }

  /// The next state of a gated recurrent unit for input x, this tensor, `[N, I]`.
  ///
  /// r = σ(W_r x + U_r h), z = σ(W_z x + U_z h), n = tanh(W_n x + r (U_n h)), h' = (1 - z) n + z h, biases
  /// included. Cho et al., 2014, as in `torch.nn.GRUCell`. Gates lie in the order r, z, n; ONNX has z, r, h,
  /// and this is its `linear_before_reset = 1`.
  ///
  /// - Parameters:
  ///   - hidden: The state, `[N, H]`.
  ///   - weights: Three gates.
  public func gatedRecurrentStep(
    _ hidden: Tensor, _ weights: RecurrentWeights, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let place = SourceLocation(fileID, line)
    return gated("gatedRecurrentStep", hidden, weights, gates: 3, place) { input, recurrent in
      let reset = (input[0] + recurrent[0]).sigmoid()
      let update = (input[1] + recurrent[1]).sigmoid()
      let candidate = (input[2] + reset * recurrent[2]).tanh()
      return (1 - update) * candidate + update * hidden
    }
  }

  /// The next state of a long short-term memory for input x, this tensor, `[N, I]`.
  ///
  /// i, f, o = σ(W x + U h), g = tanh(W_g x + U_g h), c' = f c + i g, h' = o tanh(c'), biases included.
  /// Hochreiter and Schmidhuber, 1997, with forget gates, as in `torch.nn.LSTMCell`. Gates lie in the order
  /// i, f, g, o; ONNX has i, o, f, c.
  ///
  /// - Parameters:
  ///   - state: The state before the step.
  ///   - weights: Four gates.
  public func longShortTermStep(
    _ state: LongShortTermState, _ weights: RecurrentWeights, fileID: StaticString = #fileID,
    line: UInt = #line
  ) -> LongShortTermState {
    let place = SourceLocation(fileID, line)
    guard state.cell.type == state.hidden.type else {
      let stand = refused("longShortTermStep", with: state.tensors, "hidden and cell state must agree", place)
      return LongShortTermState(hidden: stand, cell: stand)
    }
    var next = state
    next.hidden = gated("longShortTermStep", state.hidden, weights, gates: 4, place) { input, recurrent in
      let sums = zip(input, recurrent).map { $0 + $1 }
      next.cell = sums[1].sigmoid() * state.cell + sums[0].sigmoid() * sums[2].tanh()
      return sums[3].sigmoid() * next.cell.tanh()
    }
    return next
  }

  /// Traces a cell from what each gate, `[N, H]`, receives from the input and from the hidden state.
  private func gated(
    _ operation: String, _ hidden: Tensor, _ weights: RecurrentWeights, gates: Int, _ place: SourceLocation,
    _ body: ([Tensor], [Tensor]) -> Tensor
  ) -> Tensor {
    guard rank == 2, hidden.rank == 2, hidden.shape[0] == shape[0],
      weights.input.weight.shape == [gates * hidden.shape[1], shape[1]],
      weights.hidden.weight.shape == [gates * hidden.shape[1], hidden.shape[1]]
    else {
      return refused(
        operation, with: [hidden, weights.input.weight, weights.hidden.weight],
        "[N, I], [N, H], [\(gates) H, I] and [\(gates) H, H] are needed", place)
    }
    return composed(operation, place, [hidden]) {
      let width = hidden.shape[1]
      let (input, recurrent) = (linear(weights.input), hidden.linear(weights.hidden))
      let parts = { (whole: Tensor) in
        (0..<gates).map { whole.sliced(axis: 1, from: $0 * width, count: width) }
      }
      return body(parts(input), parts(recurrent))
    }
  }
}
