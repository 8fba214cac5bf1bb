import Compute
import Testing

@Suite struct NormalizationTests {
  private static let images: ReferenceArray = {
    var numbers = TestNumbers(7)
    return numbers.array([2, 4, 3], scale: 2, around: 0.5)
  }()
  private static let scale = floats([4], [0.5, 1.5, -1, 2])
  private static let shift = floats([4], [0.25, -0.5, 0, 1])
  private static let mean = floats([4], [0.1, 0.2, -0.3, 0.4])
  private static let variance = floats([4], [0.5, 1, 2, 0.25])

  /// Values at `groups` of positions normalised each by its own mean and biased variance.
  private static func normalized(_ group: (Int) -> Int) -> [Double] {
    let values = images.values
    return values.indices.map { position in
      let members = values.indices.filter { group($0) == group(position) }.map { values[$0] }
      let mean = members.reduce(0, +) / Double(members.count)
      let variance = members.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(members.count)
      return (values[position] - mean) / (variance + 1e-5).squareRoot()
    }
  }

  private static func affine(_ values: [Double]) -> [Double] {
    values.indices.map { values[$0] * scale.values[$0 / 3 % 4] + shift.values[$0 / 3 % 4] }
  }

  @Test func layersNormalizeTheInnermostAxes() throws {
    let found = try values(at: [Self.images]) {
      [$0[0].layerNormalized(), $0[0].layerNormalized(normalizedRank: 2)]
    }
    #expect(agree(found[0], Self.normalized { $0 / 3 }))
    #expect(agree(found[1], Self.normalized { $0 / 12 }))
  }

  @Test func groupsAndInstancesNormalizeEachSample() throws {
    let found = try values(at: [Self.images, Self.scale, Self.shift]) {
      [
        $0[0].groupNormalized(groups: 2, scale: $0[1], shift: $0[2]),
        $0[0].instanceNormalized(scale: $0[1], shift: $0[2]),
      ]
    }
    #expect(agree(found[0], Self.affine(Self.normalized { $0 / 6 })))
    #expect(agree(found[1], Self.affine(Self.normalized { $0 / 3 })))
  }

  @Test func trainingNormalizesByTheBatch() throws {
    let found = try values(at: [Self.images, Self.scale, Self.shift, Self.mean, Self.variance]) { x in
      let (output, statistics) = x[0].batchNormalizedInTraining(scale: x[1], shift: x[2])
      let running = statistics.updating(mean: x[3], variance: x[4], momentum: 0.2)
      return [output, statistics.mean, statistics.variance, running.mean, running.variance]
    }
    #expect(agree(found[0], Self.affine(Self.normalized { $0 / 3 % 4 })))
    for channel in 0..<4 {
      let members = Self.images.values.indices.filter { $0 / 3 % 4 == channel }.map { Self.images.values[$0] }
      let mean = members.reduce(0, +) / 6
      let squares = members.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
      #expect(agree([found[1][channel], found[2][channel]], [mean, squares / 6]))
      #expect(agree([found[3][channel]], [Self.mean.values[channel] * 0.8 + mean * 0.2]))
      #expect(agree([found[4][channel]], [Self.variance.values[channel] * 0.8 + squares / 5 * 0.2]))
    }
  }

  @Test func inferenceIsAnAffineMapOfEachChannel() throws {
    let found = try values(at: [Self.images, Self.scale, Self.shift, Self.mean, Self.variance]) { x in
      [
        x[0].batchNormalized(scale: x[1], shift: x[2], mean: x[3], variance: x[4]),
        x[0].batchNormalized(mean: x[3], variance: x[4], epsilon: 1e-3),
      ]
    }
    let values = Self.images.values
    let plain = { (position: Int, epsilon: Double) in
      let channel = position / 3 % 4
      return (values[position] - Self.mean.values[channel])
        / (Self.variance.values[channel] + epsilon).squareRoot()
    }
    #expect(agree(found[0], Self.affine(values.indices.map { plain($0, 1e-5) })))
    #expect(agree(found[1], values.indices.map { plain($0, 1e-3) }))
  }

  @Test func statisticsOfTheBatchMakeInferenceAgreeWithTraining() throws {
    let found = try values(at: [Self.images, Self.scale, Self.shift]) { x in
      let (output, statistics) = x[0].batchNormalizedInTraining(scale: x[1], shift: x[2])
      let inference = x[0].batchNormalized(
        scale: x[1], shift: x[2], mean: statistics.mean, variance: statistics.variance)
      return [output, inference]
    }
    #expect(agree(found[0], found[1]))
  }

  @Test func derivativesAreDifferenceQuotients() throws {
    let channels = [Self.images, Self.scale, Self.shift]
    try expectDerivatives(at: channels) { $0[0].batchNormalizedInTraining(scale: $0[1], shift: $0[2]).output }
    try expectDerivatives(at: channels) { $0[0].groupNormalized(groups: 2, scale: $0[1], shift: $0[2]) }
    try expectDerivatives(at: channels + [Self.mean, Self.variance]) {
      $0[0].batchNormalized(scale: $0[1], shift: $0[2], mean: $0[3], variance: $0[4])
    }
    let inner = [floats([3], [1, -0.5, 2]), floats([3], [0, 0.25, 1])]
    try expectDerivatives(at: [Self.images] + inner) { $0[0].layerNormalized(scale: $0[1], shift: $0[2]) }
  }

  @Test func misuseIsFoundWhileTracing() {
    #expect(throws: GraphError.self) {
      _ = try Graph { [$0.input("x", [2, 3, 4]).layerNormalized(scale: $0.input("scale", [3]))] }
    }
    #expect(throws: GraphError.self) {
      _ = try Graph { [$0.input("x", [2, 3, 4]).groupNormalized(groups: 2)] }
    }
    #expect(throws: GraphError.self) {
      _ = try Graph { [$0.input("x", [1, 3]).batchNormalizedInTraining().output] }
    }
    #expect(throws: GraphError.self) {
      _ = try Graph { scope in
        let statistics = scope.parameter("statistics", [4])
        return [scope.input("x", [2, 3, 4]).batchNormalized(mean: statistics, variance: statistics)]
      }
    }
  }
}
