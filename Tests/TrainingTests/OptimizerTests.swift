import Compute
import Testing
import Training

/// Optimizers and schedules do what their formulas say.
@Suite struct OptimizerTests {
  /// A weight of 1 after steps along gradients of 0.5, 0.25, 0.125 at rate 0.1, and what is remembered at the end.
  private func descended(_ optimizer: StochasticGradientDescent) throws -> [Float] {
    try evaluate { scope in
      let number = { (value: Double) in scope.full([1], value) }
      var weight = number(1)
      var memory = optimizer.memories.map { _ in number(0) }
      for gradient in [0.5, 0.25, 0.125] {
        (weight, memory) = optimizer.step(
          weight, along: number(gradient), rate: scope.full([], 0.1), memory: memory)
      }
      return [weight] + memory
    }.map { $0.floats[0] }
  }

  private func isNear(_ values: [Float], _ expected: [Double]) -> Bool {
    values.count == expected.count && zip(values, expected).allSatisfy { abs(Double($0) - $1) < 1e-6 }
  }

  @Test func plainDescentRemembersNothing() throws {
    #expect(isNear(try descended(StochasticGradientDescent(momentum: 0)), [1 - 0.1 * 0.875]))
  }

  @Test func momentumKeepsAVelocity() throws {
    // v: 0.5, 0.7, 0.755; w: 0.95, 0.88, 0.8045.
    #expect(isNear(try descended(StochasticGradientDescent(momentum: 0.9)), [0.8045, 0.755]))
  }

  @Test func decayIsPartOfTheGradient() throws {
    // d: 0.5 + 0.2, 0.25 + 0.2 · 0.93, 0.125 + 0.2 · 0.8234; v: 0.7, 1.066, 1.24908; w: 0.93, 0.8234, 0.698492.
    let optimizer = StochasticGradientDescent(momentum: 0.9, weightDecay: 0.2)
    #expect(isNear(try descended(optimizer), [0.698_492, 1.249_08]))
  }

  @Test func nesterovLooksAhead() throws {
    // v as with momentum; steps d + 0.9 v: 0.95, 0.88, 0.8045.
    let optimizer = StochasticGradientDescent(momentum: 0.9, isNesterov: true)
    #expect(isNear(try descended(optimizer), [1 - 0.1 * (0.95 + 0.88 + 0.8045), 0.755]))
  }

  @Test func schedulesFollowTheirFormulas() {
    let rates = { (schedule: LearningRateSchedule) in (0..<4).map { schedule.rate(at: $0, of: 4) } }
    #expect(rates(.constant(0.5)) == [0.5, 0.5, 0.5, 0.5])
    #expect(rates(.linear(from: 1)) == [1, 0.75, 0.5, 0.25])
    #expect(rates(.piecewise(1, [.init(from: 0.5, 0.1), .init(from: 0.75, 0.01)])) == [1, 1, 0.1, 0.01])
    #expect(rates(.warmUp(share: 0.5, then: .linear(from: 1))) == [0.5, 1, 1, 0.5])
    #expect(rates(.warmUp(share: 1, then: .constant(1))) == [0.25, 0.5, 0.75, 1])
    #expect(rates(.cyclic(peak: 2, rising: 0.5)) == [1, 2, 2, 1])
    let cosine = rates(.cosine(from: 1, to: 0.2))
    #expect(cosine[0] == 1 && abs(cosine[2] - 0.6) < 1e-12)
    #expect(zip(cosine, cosine.dropFirst()).allSatisfy { $0 > $1 })
  }
}
