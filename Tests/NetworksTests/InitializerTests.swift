import Compute
import Networks
import Testing

/// First values have the distribution that they should have.
@Suite struct InitializerTests {
  private static let shape: Shape = [48, 32, 3, 3]
  private static let fanIn = 32.0 * 9
  private static let fanOut = 48.0 * 9

  /// Initialisers with the variance of their values and the largest magnitude.
  private static let cases: [(Initializer, variance: Double, bound: Double)] = [
    (.uniform(bound: 0.3), 0.03, 0.3),
    (.normal(deviation: 0.2), 0.04, .infinity),
    (.truncatedNormal(deviation: 0.02), 0.0004, .infinity),
    // A normal of deviation 1 cut at 1 keeps the variance 1 - 2 φ(1) / (2 Φ(1) - 1).
    (.truncatedNormal(deviation: 1, bound: 1), 0.291_125, 1),
    (.kaimingUniform(), 2 / fanIn, (6 / fanIn).squareRoot()),
    (.kaimingUniform(.output, gain: .linear), 1 / fanOut, (3 / fanOut).squareRoot()),
    (.kaimingNormal(), 2 / fanIn, .infinity),
    (.kaimingNormal(.output, gain: .leakyRelu(slope: 1)), 1 / fanOut, .infinity),
    (.xavierUniform(), 2 / (fanIn + fanOut), (6 / (fanIn + fanOut)).squareRoot()),
    (.xavierNormal(gain: .tanh), 25.0 / 9 * 2 / (fanIn + fanOut), .infinity),
    (.standardWeight, 1 / (3 * fanIn), 1 / fanIn.squareRoot()),
    (.standardBias(fanIn: 12), 1.0 / 36, 1 / 12.0.squareRoot()),
  ]

  @Test(arguments: cases.indices)
  func meanVarianceAndBoundAreThoseOfTheBook(_ index: Int) throws {
    let (initializer, variance, bound) = Self.cases[index]
    let values = try initializer.values(Self.shape, name: "weight", seed: 1).floats.map(Double.init)
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let measured = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    // Five standard errors; that of a variance is at most √(2 / n) of it for these distributions.
    #expect(abs(mean) < 5 * (variance / count).squareRoot())
    #expect(abs(measured / variance - 1) < 5 * (2 / count).squareRoot(), "\(measured) for \(variance)")
    #expect(values.allSatisfy { abs($0) <= bound * 1.000_001 })
    if bound.isFinite { #expect(values.contains { abs($0) > 0.98 * bound }) }
  }

  @Test func constantsAreConstant() throws {
    #expect(try Initializer.zeros.values([3], name: "a", seed: 1).floats == [0, 0, 0])
    #expect(try Initializer.ones.values([2], name: "a", seed: 1).floats == [1, 1])
  }

  @Test func namesAndSeedsMakeTheValues() throws {
    let values = { try Initializer.kaimingNormal().values([8, 8], name: $0, seed: $1) }
    #expect(try values("a", 1) == values("a", 1))
    #expect(try values("a", 1) != values("b", 1))
    #expect(try values("a", 1) != values("a", 2))
  }

  @Test func oneMoreLayerLeavesTheOthersAsTheyWere() throws {
    let short = try Model(Sequential(Linear(8), Linear(3)), input: [4], seed: 7).values
    let long = try Model(Sequential(Linear(8), Linear(3), Linear(2)), input: [4], seed: 7).values
    let isUnchanged = short.allSatisfy { name, value in long[name] == value }
    #expect(isUnchanged)
  }

  @Test func aBiasHasNoFans() {
    #expect(throws: LayerError.self) { try Initializer.kaimingNormal().values([8], name: "a.bias", seed: 1) }
    #expect(throws: LayerError.self) {
      try Initializer.truncatedNormal(deviation: 1, bound: 0).values([8], name: "a", seed: 1)
    }
  }
}
