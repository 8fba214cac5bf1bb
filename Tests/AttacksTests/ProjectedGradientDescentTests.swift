import AttackTestSupport
import Attacks
import CPUBackend
import Compute
import Datasets
import Testing

@Suite struct ProjectedGradientDescentTests {
  @Test func obeysTheLawsOfAttacksInLInfinity() async throws {
    try await checkAttack(
      Self.digits, radii: [0.05, 0.1, 0.3], on: CPUDevice(threads: 2),
      threat: { ThreatModel.lInfinity(radius: $0) },
      attack: { ProjectedGradientDescent($0, steps: 10) })
  }

  @Test func obeysTheLawsOfAttacksInL2() async throws {
    try await checkAttack(
      Self.digits, radii: [0.3, 0.6, 2], on: CPUDevice(threads: 2), threat: { ThreatModel.l2(radius: $0) },
      attack: { ProjectedGradientDescent($0, steps: 10) })
  }

  @Test func oneStepObeysTheLawsOfAttacks() async throws {
    try await checkAttack(
      Self.digits, radii: [0.05, 0.1, 0.3], on: CPUDevice(threads: 2),
      threat: { ThreatModel.lInfinity(radius: $0) },
      attack: { FastGradient($0) })
  }

  /// The attack of the article "Adding an attack".
  @Test func anAttackByTheArticleObeysTheLaws() async throws {
    try await checkAttack(
      Self.digits, radii: [0.05, 0.1, 0.3], on: CPUDevice(threads: 2),
      threat: { ThreatModel.lInfinity(radius: $0) },
      attack: { MomentumAscent(threat: $0, stepSize: .relative(0.25), steps: 5, decay: 0.9) })
  }

  /// The decision of an affine model flips exactly when the budget exceeds |margin| / |w|, the norm being the
  /// dual.
  @Test(arguments: [VectorNorm.infinity, .two]) func succeedsBeyondTheDistanceAlone(
    _ norm: VectorNorm
  ) async throws {
    let weight: [Float] = [0.5, -0.25, 0.125, 0.75, -1, 0.0625]
    let image = [Float](repeating: 0.5, count: 6)
    let offset: Float = 0.03
    let margin = Double(zip(weight, image).reduce(offset) { $0 + $1.0 * $1.1 })
    let length =
      norm == .infinity
      ? weight.reduce(0) { $0 + abs(Double($1)) } : weight.reduce(0) { $0 + Double($1 * $1) }.squareRoot()
    let distance = margin / length
    for (factor, falls) in [(0.9999, false), (1.0001, true)] {
      let attack =
        norm == .infinity
        ? ProjectedGradientDescent(.lInfinity(radius: distance * factor), steps: 40)
        : ProjectedGradientDescent(.l2(radius: distance * factor), steps: 40)
      let graph = try Graph { scope in
        let map = scope.constant(HostArray([2, 6], weight + weight.map { -$0 }))
        let bias = scope.constant(HostArray([2], [offset, -offset]))
        let classifier: Classifier = { $0.linear(LinearWeights(map, bias: bias)) }
        let labels = scope.full([1], 0, .int32)
        let victim = Victim(
          classifier, images: scope.constant(HostArray([1, 6], image)), labels: labels,
          randomness: Randomness(seed: 1, samples: labels))
        return [classifier(attack.perturb(victim)).predicts(labels)]
      }
      var executable = try Executable(graph, on: try CPUDevice(threads: 1))
      let isRight = try await executable.run()[0].bytes[0] == 1
      #expect(isRight != falls, "budget \(factor) of the distance")
    }
  }

  @Test func noStepsMeanTheStart() async throws {
    let graph = try Graph { scope in
      let images = scope.full([2, 1, 2, 2], 0.5)
      let labels = scope.full([2], 0, .int32)
      let victim = Victim(
        { $0.flattened() }, images: images, labels: labels, randomness: Randomness(seed: 1, samples: labels))
      return [
        ProjectedGradientDescent(.l2(radius: 1), steps: 0, startsAtRandom: false).perturb(victim) - images
      ]
    }
    #expect(try graph.interpret([:])[0].values.allSatisfy { $0 == 0 })
  }

  /// Nearest class means of the embedded digits: an affine model that needs no training.
  static let digits: AttackSubject = {
    let (training, test) = (Digits.training, Digits.test[0..<64])
    var sums = [[Float]](repeating: [Float](repeating: 0, count: 64), count: 10)
    var counts = [Float](repeating: 0, count: 10)
    let pixels = training.inputs.floats
    for (sample, label) in training.labels.enumerated() {
      counts[Int(label)] += 1
      for pixel in 0..<64 { sums[Int(label)][pixel] += pixels[sample * 64 + pixel] }
    }
    let means = zip(sums, counts).map { sum, count in sum.map { $0 / count } }
    let weight = HostArray([10, 64], means.flatMap { $0 }.map { $0 * 2 })
    let bias = HostArray([10], means.map { mean in -mean.reduce(0) { $0 + $1 * $1 } })
    return AttackSubject(
      { images in
        images.flattened().linear(
          LinearWeights(images.scope.constant(weight), bias: images.scope.constant(bias)))
      },
      images: test.inputs, labels: test.labels)
  }()
}
