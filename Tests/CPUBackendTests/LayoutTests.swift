import CPUBackend
import Compute
import ComputeTestSupport
import Testing

/// Values that move between the dense order of axes and blocks of 16 channels, whose last one may be padded.
@Suite struct LayoutTests {
  private func check(_ graph: Graph) async throws {
    let arguments = ReferenceModel.arguments(for: graph, seed: 5)
    for options in [PlanOptions.all, .all.subtracting(.epilogueFusion), .all.subtracting(.bitMasks), []] {
      let errors = try await relativeErrors(graph, arguments, on: CPUDevice(), options: options)
      #expect(errors.allSatisfy { $0 < 1e-5 }, "\(errors) with passes \(options.rawValue)")
    }
  }

  /// The mask of one sample is repeated for all rows and read by a product.
  @Test(arguments: [16, 20, 24, 40], [1, 2]) func masksBeforeProducts(
    _ channels: Int, _ samples: Int
  ) async throws {
    try await check(
      Graph { scope in
        let x = scope.input("x", [samples, 3, 16, 16])
        let hidden = x.convolved(scope.parameter("w", [channels, 3, 3, 3]), padding: 1).relu()
        let resized = hidden.matmul(scope.parameter("r", [16, 32]))
        let logits = resized.mean([2, 3]).matmul(scope.parameter("head", [channels, 4]))
        return [logits, logits.jacobian(withRespectTo: x)]
      })
  }

  /// A value that is two outputs is copied from blocks that are not full.
  @Test(arguments: [20, 32]) func anOutputTwice(_ channels: Int) async throws {
    try await check(
      Graph { scope in
        let x = scope.input("x", [2, 16, 6, 5])
        let y = x.convolved(scope.parameter("w", [channels, 16, 3, 3]), padding: 1)
        return [y, y, y.relu(), y.relu()]
      })
  }

  /// Carried values begin and go on as results of convolutions.
  @Test(arguments: [8, 20, 32]) func carriedValues(_ channels: Int) async throws {
    try await check(
      Graph { scope in
        let x = scope.input("x", [2, 16, 6, 5])
        let weight = scope.parameter("v", [channels, channels, 3, 3])
        let first = x.convolved(scope.parameter("w", [channels, 16, 3, 3]), padding: 1)
        return [first.iterated(3) { state, _ in state.convolved(weight, padding: 1) }]
      })
  }

  /// Each of two carried values reads the other, at its own places, or turned round.
  @Test(arguments: [20, 32]) func carriedValuesThatReadEachOther(_ channels: Int) async throws {
    try await check(
      Graph { scope in
        let (x, y) = (scope.input("x", [2, channels, 6, 5]), scope.input("y", [2, channels, 6, 5]))
        let weight = scope.parameter("v", [channels, channels, 3, 3])
        let both = [x, y].iterated(3) { state, _ in
          let (a, b) = (state[0].convolved(weight, padding: 1), state[1].convolved(weight, padding: 1))
          return [a.tanh() * state[1], b.tanh() * state[0] + state[1].reversed([3])]
        }
        return both
      })
  }

  /// Images and indices of windows in blocks of different channels.
  @Test func windowsOverSplitChannels() async throws {
    try await check(
      Graph { scope in
        let x = scope.input("x", [2, 16, 8, 8])
        let wide = x.convolved(scope.parameter("w", [32, 16, 3, 3]), padding: 1).relu()
        let split = wide.reshaped([4, 16, 8, 8])
        let pooled = split.maxPooled(WindowGeometry([2, 2], stride: [2, 2]))
        let next = pooled.convolved(scope.parameter("v", [16, 16, 3, 3]), padding: 1).relu()
        let logits =
          (next.reshaped([2, 32, 4, 4])
          + wide.sliced(axis: 2, from: 0, count: 4).sliced(axis: 3, from: 2, count: 4))
          .mean([2, 3]).matmul(scope.parameter("head", [32, 3]))
        return [logits, logits.jacobian(withRespectTo: x)]
      })
  }
}
