import Compute
import Foundation
import Testing

@Suite struct LossTests {
  /// A linear model of four classes, whose numbers were computed independently in double precision.
  private enum Model {
    static let weight = floats([4, 4], [1, 0, -1, 2, 0, 1, 1, -1, -1, 0.5, 0, 0.5, 0.5, -0.5, 1, 0])
    static let bias = floats([4], [0.2, 0, -0.1, 0.05])
    static let image = floats([1, 4], [0.6, 0.4, 0.5, 0.7])
    static let label = integers([1], [0])

    /// The loss and its derivative with respect to the image.
    static func evaluate(_ loss: (Tensor, Tensor) -> Tensor, scale: Double = 1) throws -> [[Double]] {
      try values(at: [image, weight, bias, label]) { inputs in
        let logits = inputs[0].linear(LinearWeights(inputs[1], bias: inputs[2])) * scale
        let result = loss(logits, inputs[3])
        return [result, result.gradient(withRespectTo: inputs[0]), logits]
      }
    }
  }

  private static let logits = floats(
    [3, 5], [1.7, 0.2, -0.15, 0.65, 0.4, -1, 2, 0.5, 1.5, -2, 0.3, 0.1, -0.4, 0.8, 1.2])
  private static let labels = integers([3], [0, 3, 2])
  private static let targets = integers([3], [2, 0, 4])

  @Test func crossEntropyHasTheKnownValueAndSlope() throws {
    let found = try Model.evaluate { $0.crossEntropy($1) }
    #expect(agree(found[2], [1.7, 0.2, -0.15, 0.65]))
    #expect(agree(found[0], [0.548298], within: 1e-6))
    #expect(agree(found[1], [-0.411819, 0.073270, 0.753262, -0.927652], within: 1e-6))
    #expect(agree(try Model.evaluate({ $0.crossEntropy($1) }, scale: 10)[0], [2.785e-05], within: 1e-8))
    #expect(agree(try Model.evaluate { $0.targetedCrossEntropy($1) }[0], [-0.548298], within: 1e-6))
  }

  /// At this margin p_y - 1 and log(1 + p) are 0 in double precision, as they are in float32 from a margin of
  /// 17 on.
  @Test func crossEntropyOfASureLabelKeepsTheWholeSlope() throws {
    let rival = exp(-63.0)
    let found = try Model.evaluate({ $0.crossEntropy($1) }, scale: 60)
    #expect(agree([found[0][0] / rival], [1]))
    #expect(agree(found[1].map { $0 / rival / 60 }, [-0.5, -0.5, 2, -2]))
  }

  @Test func marginAndItsLossesHaveTheKnownValues() throws {
    let margin = try Model.evaluate { $0.margin($1) }
    #expect(agree(margin[0], [1.05]))
    #expect(agree(margin[1], [0.5, 0.5, -2, 2]))
    let found = try values(at: [Self.logits, Self.labels]) { x in
      [
        x[0].margin(x[1]), x[0].marginLoss(x[1]), x[0].marginLoss(x[1], confidence: 0.5),
        x[0].targetedMarginLoss(x[1], confidence: -0.6), x[0].carliniWagner(x[1], confidence: 0.25),
        x[0].targetedCarliniWagner(x[1], confidence: 0.25),
      ]
    }
    #expect(agree(found[0], [1.05, -0.5, -1.6]))
    #expect(agree(found[1], [-1.05, 0.5, 1.6]))
    #expect(agree(found[2], [-1.05, 0.5, 0.5]))
    #expect(agree(found[3], [-0.6, -0.6, -1.6]))
    #expect(agree(found[4], [1.3, 0, 0]))
    #expect(agree(found[5], [0, 0.75, 1.85]))
  }

  @Test(arguments: [1.0, 10.0]) func logitRatiosHaveTheKnownValuesAtAnyScale(scale: Double) throws {
    let found = try Model.evaluate({ $0.differenceOfLogitsRatio($1) }, scale: scale)
    #expect(agree(found[0], [-0.70], within: 1e-6))
    #expect(agree(found[1], [0.133333, -0.8, 0.4, 0.066667], within: 1e-6))
    for (target, expected) in [(1, -0.895522), (2, -1.104478), (3, -0.626866)] {
      let value = try Model.evaluate(
        { $0.targetedDifferenceOfLogitsRatio($1, targets: $1.zeros + Double(target)) }, scale: scale)
      #expect(agree(value[0], [expected], within: 1e-6))
      guard target == 3 else { continue }
      #expect(agree(value[1], [0.262865, -0.579194, 0.632658, -0.351971], within: 1e-6))
    }
  }

  @Test func equalLogitsAreRankedByClass() throws {
    let tied = floats([2, 4], [2, 2, 1, 0, 1, 1, 1, 1])
    let found = try values(at: [tied, integers([2], [1, 2])]) { x in
      let ratio = x[0].differenceOfLogitsRatio(x[1])
      let margin = x[0].margin(x[1])
      return [
        ratio, margin, margin.gradient(withRespectTo: x[0]), x[0].predicts(x[1]).cast(to: .float32),
        ratio.gradient(withRespectTo: x[0]),
      ]
    }
    #expect(agree(found[0], [0, 0]))
    #expect(agree(found[1], [0, 0]))
    #expect(agree(found[2], [-1, 1, 0, 0, -1, 0, 1, 0]))
    #expect(agree(found[3], [0, 0]))
    #expect(agree(Array(found[4][..<4]), [1, -1, 0, 0]))
  }

  @Test func divergenceHasTheKnownValueAndSlopes() throws {
    let (clean, adversarial) = (floats([1, 3], [2, 0.5, -1]), floats([1, 3], [0.8, 1.1, -0.5]))
    let found = try values(at: [clean, adversarial]) { x in
      let loss = x[0].klDivergence(to: x[1])
      return [loss, x[1].klDivergence(to: x[0])] + loss.gradients(withRespectTo: [x[1], x[0]])
    }
    #expect(agree(found[0], [0.340761], within: 1e-6))
    #expect(agree(found[1], [0.380436], within: 1e-6))
    #expect(agree(found[2], [-0.404266, 0.339453, 0.064812], within: 1e-6))
    #expect(agree(found[3], [0.300109, -0.248559, -0.051550], within: 1e-6))
  }

  @Test func smoothingMixesInTheEvenDistribution() throws {
    let found = try values(at: [Self.logits, Self.labels]) { x in
      let even = -x[0].logSoftmax().mean([-1])
      return [x[0].crossEntropy(x[1], smoothing: 0.1), x[0].crossEntropy(x[1]) * 0.9 + even * 0.1]
    }
    #expect(agree(found[0], found[1]))
  }

  @Test func crossEntropyIsTheDifferenceFromTheLogarithmOfTheSum() throws {
    let found = try values(at: [Self.logits, Self.labels]) { x in
      let label = x[0].takingAlongLastAxis(x[1].expandingAxis(at: 1)).squeezingAxis(at: 1)
      return [x[0].crossEntropy(x[1]), x[0].logSumExp() - label, (x[0] + 500).crossEntropy(x[1])]
    }
    #expect(agree(found[0], found[1]))
    #expect(agree(found[0], found[2]))
  }

  @Test func derivativesAreDifferenceQuotients() throws {
    let points = [Self.logits, Self.labels, Self.targets]
    try expectDerivatives(at: points, order: 3) { $0[0].crossEntropy($0[1]) }
    try expectDerivatives(at: points) { $0[0].crossEntropy($0[1], smoothing: 0.2) }
    try expectDerivatives(at: points) { $0[0].margin($0[1]) }
    try expectDerivatives(at: points, order: 3) { $0[0].differenceOfLogitsRatio($0[1]) }
    try expectDerivatives(at: points) { $0[0].targetedDifferenceOfLogitsRatio($0[1], targets: $0[2]) }
    try expectDerivatives(at: points) { $0[0].klDivergence(to: $0[0].reversed([1]) * 0.5) }
    try expectDerivatives(at: points) { $0[0].meanSquaredError($0[0].reversed([1]).exp()) }
  }

  @Test func eachSampleByItselfHasTheLossItHasInABatch() throws {
    let losses: [(Tensor, Tensor) -> Tensor] = [
      { $0.crossEntropy($1) }, { $0.margin($1) }, { $0.differenceOfLogitsRatio($1) },
    ]
    for loss in losses {
      let found = try values(at: [Self.logits, Self.labels]) { x in
        let map = vmap { (sample: [Tensor]) in
          loss(x[0].taking(sample[0], axis: 0), x[1].taking(sample[0], axis: 0))
        }
        return [loss(x[0], x[1]), map([x[0].scope.iota([3], axis: 0)])]
      }
      #expect(found[0] == found[1])
    }
  }

  @Test func accuracyIsTheShareOfRightPredictions() throws {
    let found = try values(at: [Self.logits, integers([3], [0, 1, 2])]) { x in
      [x[0].accuracy(x[1]), x[0].predicts(x[1]).cast(to: .float32), x[0].meanSquaredError(x[0] - 2)]
    }
    #expect(agree(found[0], [2.0 / 3]))
    #expect(agree(found[1], [1, 1, 0]))
    #expect(agree(found[2], [4, 4, 4]))
  }

  @Test func misuseNamesBothTypes() {
    let error = #expect(throws: GraphError.self) {
      _ = try Graph { [$0.input("z", [2, 3]).crossEntropy($0.input("y", [3], .int32))] }
    }
    #expect(error?.message.contains("crossEntropy of float32[2, 3] and int32[3]") == true)
    #expect(error?.location?.fileID.hasSuffix("LossTests.swift") == true)
    #expect(throws: GraphError.self) {
      _ = try Graph { [$0.input("z", [2, 2]).differenceOfLogitsRatio($0.input("y", [2], .int32))] }
    }
  }
}
