import Compute
import Foundation
import Testing

@Suite struct RecurrentCellTests {
  /// An input `[2, 3]`, two states `[2, 2]`, then the weights and biases of `gates` gates.
  private static func points(gates: Int) -> [ReferenceArray] {
    var numbers = TestNumbers(UInt64(gates))
    let shapes: [Shape] = [
      [2, 3], [2, 2], [2, 2], [gates * 2, 3], [gates * 2], [gates * 2, 2], [gates * 2],
    ]
    return shapes.map { numbers.array($0) }
  }

  private static func weights(_ x: [Tensor]) -> RecurrentWeights {
    RecurrentWeights(input: LinearWeights(x[3], bias: x[4]), hidden: LinearWeights(x[5], bias: x[6]))
  }

  /// What gate `gate` receives from the input and from the hidden state, for one sample and unit.
  private static func sums(
    _ points: [ReferenceArray], gate: Int, _ sample: Int, _ unit: Int
  ) -> (input: Double, hidden: Double) {
    let row = gate * 2 + unit
    let input = (0..<3).map { points[0].values[sample * 3 + $0] * points[3].values[row * 3 + $0] }
    let hidden = (0..<2).map { points[1].values[sample * 2 + $0] * points[5].values[row * 2 + $0] }
    return (input.reduce(points[4].values[row], +), hidden.reduce(points[6].values[row], +))
  }

  private static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  /// The values of `formula` for each sample and unit, given what each gate receives.
  private static func expected(
    _ points: [ReferenceArray], gates: Int, _ formula: ([(input: Double, hidden: Double)], Int) -> Double
  ) -> [Double] {
    (0..<4).map { index in
      formula((0..<gates).map { sums(points, gate: $0, index / 2, index % 2) }, index)
    }
  }

  @Test func plainCellsFollowTheFormula() throws {
    let points = Self.points(gates: 1)
    let found = try values(at: points) { [$0[0].recurrentStep($0[1], Self.weights($0))] }
    #expect(
      agree(found[0], Self.expected(points, gates: 1) { sums, _ in tanh(sums[0].input + sums[0].hidden) }))
    try expectDerivatives(at: points) { $0[0].recurrentStep($0[1], Self.weights($0)) }
  }

  @Test func gatedUnitsFollowTheFormula() throws {
    let points = Self.points(gates: 3)
    let found = try values(at: points) { [$0[0].gatedRecurrentStep($0[1], Self.weights($0))] }
    let expected = Self.expected(points, gates: 3) { sums, index in
      let reset = Self.sigmoid(sums[0].input + sums[0].hidden)
      let update = Self.sigmoid(sums[1].input + sums[1].hidden)
      return (1 - update) * tanh(sums[2].input + reset * sums[2].hidden) + update * points[1].values[index]
    }
    #expect(agree(found[0], expected))
    try expectDerivatives(at: points) { $0[0].gatedRecurrentStep($0[1], Self.weights($0)) }
  }

  @Test func longShortTermMemoriesFollowTheFormula() throws {
    let points = Self.points(gates: 4)
    let step = { (x: [Tensor]) in
      x[0].longShortTermStep(LongShortTermState(hidden: x[1], cell: x[2]), Self.weights(x))
    }
    let found = try values(at: points) { [step($0).hidden, step($0).cell] }
    let cells = Self.expected(points, gates: 4) { sums, index in
      let total = sums.map { $0.input + $0.hidden }
      return Self.sigmoid(total[1]) * points[2].values[index] + Self.sigmoid(total[0]) * tanh(total[2])
    }
    let hidden = Self.expected(points, gates: 4) { sums, index in
      Self.sigmoid(sums[3].input + sums[3].hidden) * tanh(cells[index])
    }
    #expect(agree(found[0], hidden))
    #expect(agree(found[1], cells))
    try expectDerivatives(at: points) { step($0).hidden * 0.7 + step($0).cell }
  }

  @Test func stepsRepeatInALoopOnTheDevice() throws {
    let points = Self.points(gates: 4)
    let found = try values(at: points) { x in
      let start = LongShortTermState(hidden: x[1], cell: x[2])
      var unrolled = start
      for _ in 0..<3 { unrolled = x[0].longShortTermStep(unrolled, Self.weights(x)) }
      return [start.iterated(3) { x[0].longShortTermStep($0, Self.weights(x)) }.hidden, unrolled.hidden]
    }
    #expect(agree(found[0], found[1]))
  }

  @Test func weightsOfTheWrongShapeAreRefused() {
    #expect(throws: GraphError.self) {
      _ = try Graph { scope in
        let weights = RecurrentWeights(
          input: LinearWeights(scope.parameter("input", [4, 3])),
          hidden: LinearWeights(scope.parameter("hidden", [4, 2])))
        return [scope.input("x", [1, 3]).gatedRecurrentStep(scope.input("h", [1, 2]), weights)]
      }
    }
  }
}
