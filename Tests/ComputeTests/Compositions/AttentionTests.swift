import Compute
import Foundation
import Testing

@Suite struct AttentionTests {
  private static func random(_ shape: Shape, _ seed: UInt64) -> ReferenceArray {
    var numbers = TestNumbers(seed)
    return numbers.array(shape)
  }

  private static let query = random([2, 2, 3, 4], 1)
  private static let key = random([2, 2, 5, 4], 2)
  private static let value = random([2, 2, 5, 2], 3)
  private static let mask = random([3, 5], 4)

  /// Attention by loops: of query t, key s takes part where `sees(t, s)`, with `bias(t, s)` added to its
  /// score.
  private static func loops(bias: (Int, Int) -> Double = { _, _ in 0 }, sees: (Int, Int) -> Bool) -> [Double]
  {
    var result: [Double] = []
    for head in 0..<4 {
      for t in 0..<3 {
        let weights = (0..<5).map { s -> Double in
          let score = (0..<4).map {
            query.values[(head * 3 + t) * 4 + $0] * key.values[(head * 5 + s) * 4 + $0]
          }
          return sees(t, s) ? exp(score.reduce(0, +) / 2 + bias(t, s)) : 0
        }
        for column in 0..<2 {
          let sum = (0..<5).map { weights[$0] * value.values[(head * 5 + $0) * 2 + column] }.reduce(0, +)
          result.append(sum / weights.reduce(0, +))
        }
      }
    }
    return result
  }

  @Test func valuesAreThoseOfLoops() throws {
    let found = try values(at: [Self.query, Self.key, Self.value, Self.mask]) { x in
      [
        x[0].attention(key: x[1], value: x[2]),
        x[0].attention(key: x[1], value: x[2], mask: AttentionMask(x[3])),
        x[0].attention(key: x[1], value: x[2], mask: AttentionMask(x[3] .> -0.3)),
        x[0].attention(key: x[1], value: x[2], mask: AttentionMask(isCausal: true)),
      ]
    }
    #expect(agree(found[0], Self.loops { _, _ in true }))
    let bias = { (t: Int, s: Int) in Self.mask.values[t * 5 + s] }
    #expect(agree(found[1], Self.loops(bias: bias) { _, _ in true }))
    #expect(agree(found[2], Self.loops { bias($0, $1) > -0.3 }))
    #expect(agree(found[3], Self.loops { $1 <= $0 }))
  }

  @Test(arguments: [false, true]) func derivativesAreDifferenceQuotients(isCausal: Bool) throws {
    let points = [Self.random([1, 3, 2], 5), Self.random([1, 3, 2], 6), Self.random([1, 3, 2], 7)]
    try expectDerivatives(at: points) {
      $0[0].attention(key: $0[1], value: $0[2], mask: AttentionMask(isCausal: isCausal))
    }
  }

  @Test func oneHeadWithUnitProjectionsIsPlainAttention() throws {
    let sequence = Self.random([2, 3, 4], 8)
    let found = try values(at: [sequence]) { x in
      let unit = LinearWeights(x[0].scope.iota([4], axis: 0).oneHot(4))
      let projections = AttentionProjections(query: unit, key: unit, value: unit, output: unit)
      return [
        x[0].multiHeadAttention(key: x[0], value: x[0], projections: projections, heads: 1),
        x[0].attention(key: x[0], value: x[0]),
      ]
    }
    #expect(agree(found[0], found[1]))
  }

  @Test func headsSeeTheirOwnFeatures() throws {
    let (sequence, weight, bias) = (
      Self.random([1, 3, 4], 9), Self.random([4, 4], 10), Self.random([4], 11)
    )
    let found = try values(at: [sequence, weight, bias]) { x in
      let weights = LinearWeights(x[1], bias: x[2])
      let projections = AttentionProjections(query: weights, key: weights, value: weights, output: weights)
      let projected = x[0].linear(weights)
      let heads = (0..<2).map { head in
        let part = projected.sliced(axis: 2, from: 2 * head, count: 2)
        return part.attention(key: part, value: part, mask: AttentionMask(isCausal: true))
      }
      return [
        x[0].multiHeadAttention(
          key: x[0], value: x[0], projections: projections, heads: 2, mask: AttentionMask(isCausal: true)),
        Tensor.concatenated(heads, axis: 2).linear(weights),
      ]
    }
    #expect(agree(found[0], found[1]))
  }

  @Test func misuseIsFoundWhileTracing() {
    #expect(throws: GraphError.self) {
      _ = try Graph {
        [
          $0.input("q", [2, 3, 4]).attention(key: $0.input("k", [2, 3, 5]), value: $0.input("v", [2, 3, 5]))
        ]
      }
    }
  }
}
