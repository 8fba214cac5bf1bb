import Compute
import Testing

@Suite struct NormTests {
  private static let samples = floats([3, 2, 2], [3, -4, 0, 0, 0, 0, 0, 0, 1, -2, 3, -4])

  @Test func valuesFollowTheDefinitions() throws {
    let found = try values(at: [Self.samples]) { x in VectorNorm.allCases.map { x[0].norm($0) } }
    #expect(agree(found[0], [2, 0, 4]))
    #expect(agree(found[1], [7, 0, 10]))
    #expect(agree(found[2], [5, 0, 30.0.squareRoot()]))
    #expect(agree(found[3], [4, 0, 4]))
  }

  @Test(arguments: VectorNorm.allCases) func derivativesAreDifferenceQuotients(norm: VectorNorm) throws {
    let points = floats([2, 3], [0.5, -1.5, 2, -0.25, 0.75, 1.25])
    try expectDerivatives(at: [points], order: norm == .zero ? 1 : 3) { $0[0].norm(norm) }
  }

  @Test(arguments: VectorNorm.allCases) func derivativesAtZeroAreZero(norm: VectorNorm) throws {
    let found = try values(at: [floats([1, 3], [0, 0, 0])]) { x in
      let first = x[0].norm(norm).gradient(withRespectTo: x[0])
      let second = (first * first.detached() + first).gradient(withRespectTo: x[0])
      let third = second.gradient(withRespectTo: x[0])
      return [first, second, third]
    }
    #expect(found == [[0, 0, 0], [0, 0, 0], [0, 0, 0]])
  }

  @Test func largestElementsShareTheSlope() throws {
    let found = try values(at: [floats([1, 3], [2, -2, 1])]) {
      [$0[0].norm(.infinity).gradient(withRespectTo: $0[0])]
    }
    #expect(agree(found[0], [0.5, -0.5, 0]))
  }

  @Test func dotProductsAreBySample() throws {
    let (a, b) = (floats([2, 2], [1, 2, 3, 4]), floats([2, 2], [5, 6, 7, 8]))
    let found = try values(at: [a, b]) { [$0[0].dot($0[1])] }
    #expect(agree(found[0], [17, 53]))
    try expectDerivatives(at: [a, b]) { $0[0].dot($0[1]) }
  }

  @Test func normalizedSamplesHaveLengthOneAndZerosStay() throws {
    let found = try values(at: [Self.samples]) { [$0[0].normalized(), $0[0].normalized().norm(.two)] }
    #expect(agree(found[0][..<8].map { $0 }, [0.6, -0.8, 0, 0, 0, 0, 0, 0]))
    #expect(agree(found[1], [1, 0, 1]))
    try expectDerivatives(at: [floats([2, 3], [0.5, -1.5, 2, -0.25, 0.75, 1.25])], order: 3) {
      $0[0].normalized()
    }
  }

  @Test func everyNormIsTheDualOfItsDual() {
    for norm in VectorNorm.allCases where norm != .zero { #expect(norm.dual?.dual == norm) }
  }
}
