import Compute
import Foundation
import Testing

@Suite struct DistributionTests {
  private func draws(_ count: Int, _ draw: (Randomness) -> [Tensor]) throws -> [[Double]] {
    try values(at: [integers([100], Array(0..<100))]) { draw(Randomness(seed: 11, samples: $0[0])) }
  }

  private func moment(_ values: [Double], _ power: Int, around center: Double = 0) -> Double {
    values.map { pow($0 - center, Double(power)) }.reduce(0, +) / Double(values.count)
  }

  /// The largest distance of the empirical from the even distribution on 0..<1, times the root of the count.
  private func kolmogorovSmirnov(_ values: [Double]) -> Double {
    let count = Double(values.count)
    let distances = values.sorted().enumerated().map {
      max($1 - Double($0) / count, Double($0 + 1) / count - $1)
    }
    return (distances.max() ?? 0) * count.squareRoot()
  }

  @Test func uniformNumbersAreEven() throws {
    let found = try draws(100_000) { [$0.bits([1000]), $0.uniform([1000])] }
    let words = found[0].map { UInt32(bitPattern: Int32($0)) }
    #expect(words.map { Double($0 >> 8) * 0x1p-24 } == found[1])
    #expect(found[1].min().map { $0 >= 0 } == true && found[1].max().map { $0 < 1 } == true)
    #expect(abs(moment(found[1], 1) - 0.5) < 0.004)
    #expect(abs(moment(found[1], 2, around: 0.5) - 1.0 / 12) < 0.001)
    // 1.95 is exceeded once in a thousand seeds.
    #expect(kolmogorovSmirnov(found[1]) < 1.95)
    for bit in 0..<32 {
      let ones = words.filter { $0 >> UInt32(bit) & 1 == 1 }.count
      #expect(abs(ones - 50_000) < 700)
    }
  }

  @Test func normalNumbersAreNormal() throws {
    let found = try draws(20_000) { [$0.normal([201])] }[0]
    #expect(abs(moment(found, 1)) < 0.03)
    #expect(abs(moment(found, 2) - 1) < 0.04)
    #expect(abs(moment(found, 3)) < 0.08)
    #expect(abs(moment(found, 4) - 3) < 0.2)
    #expect(kolmogorovSmirnov(found.map { 0.5 * (1 + erf($0 / 2.0.squareRoot())) }) < 1.95)
    let pairs = stride(from: 0, to: found.count - 1, by: 2).map { found[$0] * found[$0 + 1] }
    #expect(abs(moment(pairs, 1)) < 0.04)
  }

  @Test func integersAndSignsAreEven() throws {
    let found = try draws(20_000) { [$0.integers([200], below: 10), $0.signs([200]), $0.bits([200])] }
    let counts = (0..<10).map { face in Double(found[0].filter { $0 == Double(face) }.count) }
    // Chi-squared with 9 degrees of freedom exceeds 27.9 once in a thousand seeds.
    #expect(counts.reduce(0, +) == 20_000)
    #expect(counts.map { ($0 - 2000) * ($0 - 2000) / 2000 }.reduce(0, +) < 27.9)
    #expect(abs(found[1].reduce(0, +)) < 470)
    #expect(zip(found[1], found[2]).allSatisfy { $0 == ($1 < 0 ? -1 : 1) })
  }

  @Test(arguments: [1, 3, 65_536, 70_001, Int(Int32.max)]) func integersAreTheHighWordOfTheProduct(
    bound: Int
  ) throws {
    let found = try draws(500) { [$0.integers([5], below: bound), $0.bits([5])] }
    let expected = found[1].map { Double((UInt64(UInt32(bitPattern: Int32($0))) * UInt64(bound)) >> 32) }
    #expect(found[0] == expected)
  }

  @Test func pointsLieOnTheSphereAndFillTheBall() throws {
    let found = try draws(100) { source in
      [
        source.onUnitSphere([3, 5]).norm(.two), source.inUnitBall([3]).norm(.two),
        source.inUnitBall([3]).sum([0]),
      ]
    }
    #expect(agree(found[0], [Double](repeating: 1, count: 100)))
    #expect(kolmogorovSmirnov(found[1].map { $0 * $0 * $0 }) < 1.95)
    #expect(found[2].allSatisfy { abs($0) < 25 })
  }

  @Test func misuseIsFoundWhileTracing() {
    #expect(throws: GraphError.self) {
      _ = try Graph { [Randomness(seed: 1, samples: $0.input("s", [3])).bits([2])] }
    }
    #expect(throws: GraphError.self) {
      _ = try Graph { [Randomness(seed: 1, samples: $0.input("s", [3], .int32), purpose: -1).bits([2])] }
    }
    #expect(throws: GraphError.self) {
      _ = try Graph { [Randomness(seed: 1, samples: $0.input("s", [3], .int32)).integers([2], below: 0)] }
    }
  }
}
