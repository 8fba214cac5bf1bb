import Compute
import Testing

@Suite struct InterpolationTests {
  private static let square = floats([1, 1, 2, 2], [1, 2, 3, 4])

  @Test func nearestRepeatsPixels() throws {
    let found = try values(at: [Self.square]) { x in
      [
        x[0].interpolated(to: [4, 4], mode: .nearest), x[0].interpolated(by: [1.5, 2], mode: .nearest),
        x[0].interpolated(to: [1, 3], mode: .nearest),
      ]
    }
    #expect(found[0] == [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4])
    #expect(found[1] == [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4])
    #expect(found[2] == [1, 1, 2])
  }

  @Test func bilinearValuesAreThoseOfPyTorch() throws {
    let found = try values(at: [Self.square]) { x in
      [false, true].map { x[0].interpolated(to: [4, 4], mode: .bilinear(alignCorners: $0)) }
    }
    let outer = [1, 1.25, 1.75, 2, 1.5, 1.75, 2.25, 2.5, 2.5, 2.75, 3.25, 3.5, 3, 3.25, 3.75, 4]
    let rows = [0, 1, 2, 3].map { 1 + Double($0) * 2 / 3 }
    #expect(agree(found[0], outer, within: 1e-6))
    #expect(agree(found[1], rows.flatMap { row in [0, 1, 2, 3].map { row + $0 / 3 } }, within: 1e-6))
  }

  @Test func factorsSetTheCoordinatesThemselves() throws {
    let found = try values(at: [floats([1, 2], [0, 1])]) { x in
      [
        x[0].interpolated(by: [1, 1.9], mode: .bilinear(alignCorners: false)),
        x[0].interpolated(to: [1, 3], mode: .bilinear(alignCorners: false)),
        x[0].interpolated(by: [49, 1], mode: .nearest),
      ]
    }
    #expect(agree(found[0], [0, 1.5 / 1.9 - 0.5, 2.5 / 1.9 - 0.5], within: 1e-6))
    #expect(agree(found[1], [0, 0.5, 1], within: 1e-6))
    #expect(found[2] == (0..<49).flatMap { _ in [0.0, 1.0] })
  }

  @Test func oneTimesTheSizeChangesNothing() throws {
    let modes: [InterpolationMode] = [
      .nearest, .bilinear(alignCorners: false), .bilinear(alignCorners: true),
    ]
    let found = try values(at: [Self.square]) { x in modes.map { x[0].interpolated(to: [2, 2], mode: $0) } }
    #expect(found.allSatisfy { $0 == Self.square.values })
  }

  @Test func derivativesAreDifferenceQuotients() throws {
    let image = floats([2, 3, 2], (0..<12).map { 0.25 * Double($0 * 5 % 7) })
    for mode in [InterpolationMode.nearest, .bilinear(alignCorners: false), .bilinear(alignCorners: true)] {
      try expectDerivatives(at: [image]) { $0[0].interpolated(to: [2, 5], mode: mode) * $0[0].sum() }
    }
  }

  @Test func emptyResultsAreRefused() {
    #expect(throws: GraphError.self) {
      _ = try Graph { [$0.input("x", [2, 2]).interpolated(to: [0, 2], mode: .nearest)] }
    }
    #expect(throws: GraphError.self) {
      _ = try Graph { [$0.input("x", [2, 2]).interpolated(by: [0.1, 1], mode: .nearest)] }
    }
  }
}
