import Compute
import Foundation
import Testing

@Suite struct SoftmaxTests {
  private static let logits = floats([2, 4], [1.7, 0.2, -0.15, 0.65, -3, 4, 0.5, 0.25])

  @Test func softmaxIsTheQuotientOfExponentials() throws {
    let row = Self.logits.values[..<4]
    let sum = row.map(exp).reduce(0, +)
    let found = try values(at: [Self.logits]) { [$0[0].softmax(), $0[0].logSoftmax(), $0[0].logSumExp()] }
    #expect(agree(Array(found[0][..<4]), row.map { exp($0) / sum }))
    #expect(agree(Array(found[1][..<4]), row.map { $0 - log(sum) }))
    #expect(agree([found[2][0]], [log(sum)]))
    #expect(agree(Array(found[0][..<4]), [0.577933, 0.128954, 0.090873, 0.202240], within: 1e-6))
  }

  @Test func shiftsChangeNothing() throws {
    let found = try values(at: [Self.logits]) { x in
      [
        x[0].softmax(), (x[0] + 1000).softmax(), (x[0] - 1000).softmax(), x[0].logSoftmax(),
        (x[0] + 1000).logSoftmax(),
      ]
    }
    #expect(agree(found[0], found[1], within: 1e-12))
    #expect(agree(found[0], found[2], within: 1e-12))
    #expect(agree(found[3], found[4], within: 1e-12))
  }

  @Test(arguments: [0, 1, -1]) func derivativesAreDifferenceQuotients(axis: Int) throws {
    try expectDerivatives(at: [Self.logits], order: 3) { $0[0].softmax(axis: axis) }
    try expectDerivatives(at: [Self.logits], order: 3) { $0[0].logSoftmax(axis: axis) }
    try expectDerivatives(at: [Self.logits], order: 3) { $0[0].logSumExp(axis: axis) }
  }

  @Test func infinitiesBehaveAsInPyTorch() throws {
    let infinity = Double.infinity
    let rows = floats(
      [4, 2], [-infinity, -infinity, infinity, 0, -infinity, 1, .nan, 0])
    let found = try values(at: [rows]) { [$0[0].logSumExp(), $0[0].softmax()] }
    #expect(agree(found[0], [-infinity, infinity, 1, .nan]))
    #expect(agree(Array(found[1][4...5]), [0, 1]))
    let isNaN = found[1].map(\.isNaN)
    #expect(isNaN == [true, true, true, false, false, false, true, true])
  }

  @Test func misuseNamesTheOperationAndTheCaller() {
    let error = #expect(throws: GraphError.self) {
      _ = try Graph { scope in [scope.input("x", [2, 3], .int32).softmax()] }
    }
    #expect(error?.message.contains("softmax of int32[2, 3]") == true)
    #expect(error?.location?.fileID.hasSuffix("SoftmaxTests.swift") == true)
    #expect(throws: GraphError.self) {
      _ = try Graph { scope in [scope.input("x", [2, 3]).softmax(axis: 2)] }
    }
  }
}
