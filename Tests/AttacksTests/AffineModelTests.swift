import AttackTestSupport
import Attacks
import CPUBackend
import Compute
import ComputeTestSupport
import Networks
import Testing

/// On affine models of two classes everything is known: attacks find what there is, and nothing more.
@Suite struct AffineModelTests {
  /// Samples of random affine models around 0.5; the decision flips at |margin| / |w|, the norm being the
  /// dual.
  struct Plane {
    let weight: [Float]
    let offset: Float
    let image: [Float]
    let label: Int32

    init(seed: UInt64) {
      var generator = SeededGenerator(seed: seed)
      weight = generator.floats(2 + Int(seed) * 5 % 40, in: -1...1)
      image = generator.floats(weight.count, in: 0.4...0.6)
      let value = zip(weight, image).reduce(0) { $0 + $1.0 * $1.1 }
      // The margin is such that the budget stays below 0.1, far from the box.
      let share = Float.random(in: 0.3...0.9, using: &generator) * 0.1
      let margin = share * weight.reduce(0) { max($0, abs($1)) } * (seed % 2 == 0 ? 1 : -1)
      offset = margin - value
      label = margin > 0 ? 0 : 1
    }

    func distance(_ norm: VectorNorm) -> Double {
      let margin = zip(weight, image).reduce(Double(offset)) { $0 + Double($1.0) * Double($1.1) }
      let length =
        norm == .infinity
        ? weight.reduce(0) { $0 + abs(Double($1)) }
        : weight.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      return abs(margin) / length
    }

    var model: Model {
      Model.affine([weight, weight.map { -$0 }], [offset, -offset], image: [weight.count])
    }
  }

  @Test(arguments: [VectorNorm.infinity, .two]) func attacksSucceedBeyondTheDistanceAlone(
    _ norm: VectorNorm
  ) async throws {
    for seed in UInt64(0)..<8 {
      let plane = Plane(seed: seed)
      let samples = try AttackSamples(
        images: HostArray([1, plane.weight.count], plane.image), labels: [plane.label])
      for factor in [0.9998, 1.0002] {
        let radius = Ratio(plane.distance(norm) * factor)
        let threat: ThreatModel = norm == .infinity ? ThreatModel.lInfinity(radius) : ThreatModel.l2(radius)
        for attack in attacks(threat) {
          let result = try await AttackRunner().run(
            attack, on: plane.model, samples, device: CPUDevice(threads: 1))
          #expect(result.cleanAccuracy == 1)
          #expect(
            result.samples[0].hasFallen == (factor > 1), "\(attack.name) \(attack.loss.name) \(norm) \(seed)")
        }
      }
    }
  }

  private func attacks(_ threat: ThreatModel) -> [any Attack] {
    [
      FastGradient(threat), FastGradient(threat, loss: .margin), BasicIterative(threat),
      BasicIterative(threat, loss: .margin), ProjectedGradientDescent(threat, steps: 40),
      ProjectedGradientDescent(threat, steps: 40, loss: .margin),
    ]
  }

  /// log(1 + exp(-m + eps |w|)) is the largest logistic loss in a ball, |w| being the dual norm.
  @Test func logisticWorstCasesAreReached() async throws {
    let model = Model.affine([[1, -2, 0.5], [0, 0, 0]], [0.5, 0], image: [3])
    let samples = try AttackSamples(images: HostArray([1, 3], [0.2, 0.4, 0.6] as [Float]), labels: [0])
    for (threat, worst) in [(.lInfinity(0.1), 0.770957), (.l2(0.1), 0.707818)]
      as [(ThreatModel, Double)]
    {
      for attack: any Attack in [
        ProjectedGradientDescent(threat, steps: 40), BasicIterative(threat), FastGradient(threat),
      ] {
        let result = try await AttackRunner(stopsEarly: false).run(
          attack, on: model, samples, device: CPUDevice(threads: 1))
        let loss = try #require(result.samples[0].loss)
        #expect(abs(Double(loss) - worst) < 2e-6, "\(attack.name): \(loss)")
      }
    }
  }

  /// Budget and box hold in the stored type for pixels of every magnitude and budgets of every size.
  @Test(arguments: [1e-8, 1.0 / 255, 8.0 / 255, 0.1, 1]) func theBudgetIsNeverExceeded(
    _ radius: Double
  ) async throws {
    let subject = try await AttackedModel.convolutions(seed: 12)
    var generator = SeededGenerator(seed: 13)
    let images = HostArray(subject.images.shape, generator.pixels(subject.images.shape.count))
    for label in Int32(0)..<5 {
      let samples = try AttackSamples(
        images: images, labels: [Int32](repeating: label, count: subject.labels.count))
      for threat in [ThreatModel.lInfinity(radius: radius), ThreatModel.l2(radius: radius)] as [ThreatModel] {
        let attack = ProjectedGradientDescent(threat, stepSize: .relative(0.4), steps: 4)
        let result = try await AttackRunner(tile: 64, stopsEarly: false).run(
          attack, on: subject.model, samples, device: CPUDevice(threads: 1))
        try requireInside(
          result.adversarial.floats, around: images.floats, samples: samples.count, threat, "PGD")
        #expect(result.samples.allSatisfy { $0.distance <= radius })
        #expect(
          result.findings.allSatisfy { $0.kind == .budgetBeyondPixels && radius >= 1 }, "\(result.findings)")
      }
    }
  }
}
