import AttackTestSupport
import CPUBackend
import Compute
import Networks
import Testing

@testable import Attacks

/// Attacks that look for the nearest image, and what their distances say of budgets.
@Suite struct NearestTests {
  private func run(
    _ attack: any Attack, _ subject: AttackedModel, _ runner: AttackRunner = AttackRunner()
  ) async throws -> AttackResult {
    try await runner.run(attack, on: subject.model, subject.samples, device: CPUDevice(threads: 2))
  }

  /// Two classes and a plane between them: the nearest image is known.
  @Test(arguments: UInt64(0)..<6) func thePlaneIsFoundAtItsDistance(_ seed: UInt64) async throws {
    let plane = AffineModelTests.Plane(seed: seed)
    let samples = try AttackSamples(
      images: HostArray([1, plane.weight.count], plane.image), labels: [plane.label])
    let result = try await AttackRunner().run(
      DecoupledDirection(steps: 300), on: plane.model, samples, device: CPUDevice(threads: 1))
    let (found, nearest) = (result.samples[0].distance, plane.distance(.two))
    #expect(
      result.samples[0].hasFallen && found >= nearest * (1 - 1e-6) && found < nearest * 1.01,
      "\(found), \(nearest)")
    #expect(result.robustAccuracy(within: Ratio(nearest * 0.999)) == 1)
    #expect(result.robustAccuracy(within: Ratio(nearest * 1.011)) == 0)
  }

  @Test func stepsFallAlongACosine() async throws {
    let sizes = [1, 0.975773, 0.905463, 0.795954, 0.657963, 0.505, 0.352037, 0.214046, 0.104537, 0.034227]
    let graph = try Graph { scope in
      sizes.indices.map {
        DecoupledDirection(steps: 10).stepSize(after: scope.full(.scalar, Double($0), .int32))
      }
    }
    for (found, size) in zip(try graph.interpret([:]), sizes) { #expect(abs(found.values[0] - size) < 1e-6) }
  }

  /// The nearest image stays the nearest: more steps and more restarts than were needed never lose it, it is adversarial,
  /// and early stop means nothing.
  @Test func distancesShrinkAndAreConfirmed() async throws {
    let subject = try await AttackedModel.convolutions(seed: 12)
    let result = try await run(DecoupledDirection(steps: 40), subject)
    let (correct, fallen) = (result.samples.count { $0.isCleanCorrect }, result.samples.filter(\.hasFallen))
    #expect(fallen.count == correct && correct > 10 && !result.parameters.stopsEarly)
    #expect(result.parameters.budget == nil)
    for sample in result.samples {
      #expect(sample.flags.isEmpty && sample.hasFallen == (sample.adversarialClass != sample.cleanClass))
      #expect(sample.hasFallen ? sample.distance > 0 : sample.distance == 0)
    }
    // A budget just above a distance fells the sample for an attack that knows where to go.
    let late = try await run(DecoupledDirection(steps: 40), subject, AttackRunner(stopsEarly: false))
    #expect(late.samples == result.samples)
    let short = try await run(DecoupledDirection(steps: 10), subject)
    let mean = { (result: AttackResult) in result.samples.reduce(0) { $0 + $1.distance } }
    #expect(mean(result) < mean(short))
    // Robust accuracy falls with the budget, from the clean accuracy to none.
    let curve = [0, 0.05, 0.1, 0.3, 1, 10].map { result.robustAccuracy(within: Ratio($0)) }
    #expect(curve == curve.sorted(by: >) && curve.first == result.cleanAccuracy && curve.last == 0)
  }

  /// No attack within a budget fells what is farther than that, if the nearest image was found.
  @Test func budgetsAndDistancesAgree() async throws {
    let subject = try await AttackedModel.convolutions(seed: 12)
    let nearest = try await run(DecoupledDirection(steps: 200), subject)
    for budget in [0.05, 0.1, 0.2] as [Double] {
      let attack = ProjectedGradientDescent(.l2(radius: budget), steps: 60, loss: .margin)
      let robust = try await run(attack, subject).robustAccuracy
      #expect(abs(nearest.robustAccuracy(within: Ratio(budget)) - robust) < 0.05, "\(budget)")
    }
  }

  /// Where there is no gradient the direction is drawn, so that steps go somewhere; each sample's is its own.
  @Test func flatModelsAreSearchedAtRandom() async throws {
    // A step function in front of a plane: all derivatives are 0.
    let model = Model.affine([[1, 1, 1, 1], [0, 0, 0, 0]], [-2.2, 0], image: [4]) { $0.sign() }
    let samples = try AttackSamples(
      images: HostArray([3, 4], [Float](repeating: 0.6, count: 12)), labels: [0, 0, 0])
    let result = try await AttackRunner().run(
      DecoupledDirection(steps: 100, initialRadius: 0.5), on: model, samples, device: CPUDevice(threads: 1))
    #expect(result.samples.allSatisfy { $0.flags.contains(.zeroGradient) })
    #expect(result.samples.contains { $0.hasFallen })
    #expect(Set(result.samples.map(\.distance)).count == 3)
  }

  @Test func budgetsOfNearestAttacksAreMisuse() async throws {
    let subject = try await AttackedModel.convolutions(seed: 12)
    let error = await #expect(throws: AttackError.self) {
      try await AttackRunner().run(
        growing: [DecoupledDirection(), BasicIterative(.l2(1))], on: subject.model, subject.samples,
        device: CPUDevice(threads: 1))
    }
    #expect(error?.message.contains("do not both have budgets") == true)
    #expect(throws: AttackError.self) { try AttackRecipe.named("ddn").attack(.l2(1)) }
    #expect(throws: AttackError.self) { try AttackRecipe.named("ddn").attack(.nearest(LInfinityGeometry())) }
    #expect(throws: AttackError.self) { try AttackRecipe.named("pgd").attack(.nearest(L2Geometry())) }
  }
}
