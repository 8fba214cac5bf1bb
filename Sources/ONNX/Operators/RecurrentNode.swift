import Compute

/// A recurrent operator of ONNX with its attributes and inputs, unrolled over the steps of its sequence.
struct RecurrentNode {
  /// Which way a network reads its sequence.
  enum Direction {
    case forward, reverse
  }

  let cell: RecurrentCell
  let directions: [Direction]
  /// H.
  let width: Int
  /// `[T, N, I]`.
  let sequence: Tensor
  /// How many steps of each sample count, `int32[N, 1]`, or nil for all.
  let lengths: Tensor?
  /// One for each direction.
  let steps: [RecurrentStep]
  /// The states before the first step, one for each direction.
  let initial: [RecurrentState]

  /// What a network of one direction leaves behind.
  struct Run {
    /// The hidden state after each step, `[T, N, H]`; zeros behind the end of a sample.
    var outputs: Tensor
    var last: RecurrentState
  }

  /// What all steps give, `[T, D, N, H]`, then the last hidden and, where there are any, cell states,
  /// `[D, N, H]`.
  func results() -> [Tensor] {
    let runs = directions.indices.map(run)
    let hidden = Tensor.stacked(runs.map(\.last.hidden))
    let cells = runs.compactMap(\.last.cell)
    return [Tensor.stacked(runs.map(\.outputs), axis: 1), hidden]
      + (cells.isEmpty ? [] : [Tensor.stacked(cells)])
  }

  private func run(_ index: Int) -> Run {
    let (count, step) = (sequence.shape[0], steps[index])
    let projected = step.projected(sequence)
    var state = initial[index]
    var outputs: [Tensor] = []
    for place in 0..<count {
      let time = directions[index] == .forward ? place : count - 1 - place
      let input = projected.sliced(axis: 0, from: time, count: 1).squeezingAxis(at: 0)
      let next = step.next(input, state)
      guard let lengths else {
        state = next
        outputs.append(next.hidden)
        continue
      }
      // A sample keeps its state where it has no step; read backwards, it so starts at its own end.
      let counts = lengths .> Double(time)
      outputs.append(counts.select(next.hidden, next.hidden.zeros))
      state.hidden = counts.select(next.hidden, state.hidden)
      if let new = next.cell, let old = state.cell { state.cell = counts.select(new, old) }
    }
    if directions[index] == .reverse { outputs.reverse() }
    return Run(outputs: Tensor.stacked(outputs), last: state)
  }
}
