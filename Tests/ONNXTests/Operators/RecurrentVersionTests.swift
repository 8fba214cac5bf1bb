import ArrayFiles
import Compute
import Testing

@testable import ONNX

/// What recurrent networks do at the ends of their sequences, and with axes in another order.
@Suite struct RecurrentVersionTests {
  /// A network that adds: its hidden state is the sum of what it has read.
  private func adding(
    _ attributes: [String: NodeAttribute] = [:], lengths: StoredArray? = nil
  ) -> OperatorCall {
    OperatorCall(
      "RNN", attributes.merging(["activations": .strings(["Affine"])]) { first, _ in first },
      known: lengths.map { [4: $0] } ?? [:], omitted: lengths == nil ? [] : [3], outputCount: 2)
  }
  private let one = floats([1, 1, 1], [1])

  @Test func readsBothWays() throws {
    let steps = floats([3, 1, 1], [1, 10, 100])
    #expect(try adding()(steps, one, one).map(\.values) == [[1, 11, 111], [111]])
    let backwards = adding(["direction": .string("reverse")])
    #expect(try backwards(steps, one, one).map(\.values) == [[111, 110, 100], [111]])
  }

  @Test func stopsAtTheEndOfASample() throws {
    let lengths = StoredArray.integers(3, 1)
    let steps = floats([3, 2, 1], [1, 2, 10, 20, 100, 200])
    #expect(
      try adding(lengths: lengths)(steps, one, one).map(\.values) == [[1, 2, 11, 0, 111, 0], [111, 2]])
    let backwards = adding(["direction": .string("reverse")], lengths: lengths)
    #expect(try backwards(steps, one, one).map(\.values) == [[111, 2, 110, 0, 100, 0], [111, 2]])
  }

  @Test func takesTheBatchFirst() throws {
    let steps = floats([2, 3, 1], [1, 10, 100, 2, 20, 200])
    let call = adding(["layout": .integer(1)])
    let results = try call(steps, one, one)
    #expect(results.map(\.values) == [[1, 11, 111, 2, 22, 222], [111, 222]])
    #expect(results.map(\.shape) == [[2, 3, 1, 1], [2, 1, 1]])
    // Before operator set 14 there is no such attribute.
    var old = call
    old.version = 7
    #expect(try old(steps, one, one)[0].shape == [2, 1, 3, 1])
  }

  @Test func gatesOfALongShortTermMemoryStandInTheirOrder() throws {
    // i, o, f, c: only the candidate sees the input; biases hold the other gates open or shut.
    let kernel = floats([1, 4, 1], [0, 0, 0, 1])
    let recurrent = floats([1, 4, 1], [0, 0, 0, 0])
    let bias = { (i: Double, o: Double, f: Double) in floats([1, 8], [i, o, f, 0, 0, 0, 0, 0]) }
    let call = OperatorCall(
      "LSTM", ["activations": .strings(["Sigmoid", "Affine", "Affine"])], outputCount: 3)
    let steps = floats([2, 1, 1], [3, 4])
    func outputs(_ bias: ReferenceArray) throws -> [Double] {
      try call(steps, kernel, recurrent, bias)[0].values.map { ($0 * 1000).rounded() / 1000 }
    }
    #expect(try outputs(bias(99, 99, 99)) == [3, 7])
    #expect(try outputs(bias(99, 99, -99)) == [3, 4])
    #expect(try outputs(bias(-99, 99, 99)) == [0, 0])
    #expect(try outputs(bias(99, -99, 99)) == [0, 0])
  }
}
