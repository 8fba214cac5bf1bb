import Attacks
import CPUBackend
import Compute
import Networks
import Testing

/// What is wrong is said, and what is odd is flagged.
@Suite struct RunnerErrorTests {
  private func run(
    _ attack: any Attack, _ model: Model, _ samples: AttackSamples, _ runner: AttackRunner = AttackRunner()
  ) async throws -> AttackResult {
    try await runner.run(attack, on: model, samples, device: CPUDevice(threads: 1))
  }

  private func message(_ body: () async throws -> Void) async -> String {
    do {
      try await body()
      return "no error"
    } catch { return "\(error)" }
  }

  private static let two = two { $0 }
  private static func two(then change: @escaping @Sendable (Tensor) -> Tensor) -> Model {
    Model.affine([[1, 0], [0, 1]], [0, 0], image: [2], then: change)
  }
  private static func samples(_ pixels: [Float] = [0.9, 0.3], _ label: Int32 = 0) throws -> AttackSamples {
    try AttackSamples(images: HostArray([1, 2], pixels), labels: [label])
  }

  @Test func misuseIsSaid() async throws {
    let samples = try Self.samples()
    var attack = ProjectedGradientDescent(.lInfinity(0.1), steps: 2, loss: .differenceOfLogitsRatio)
    #expect(await message { _ = try await run(attack, Self.two, samples) }.contains("'dlr' needs 3 classes"))
    attack.loss = MarginLoss()
    attack.startsAtRandom = false
    #expect(
      await message { _ = try await run(attack, Self.two, samples, AttackRunner(restarts: 2)) }.contains(
        "the same"))
    attack.steps = -1
    #expect(await message { _ = try await run(attack, Self.two, samples) }.contains("number of steps"))
    #expect(
      await message { _ = try await run(attack, Self.two, samples, AttackRunner(tile: 0)) }.contains("tile"))
    attack.steps = 1
    #expect(
      await message { _ = try await run(attack, Self.two, Self.samples([0.5, 1.5])) }.contains(
        "pixel 1 of sample 0 is 1.5"))
    #expect(
      await message { _ = try await run(attack, Self.two, Self.samples([0.5, .nan])) }.contains(
        "pixel 1 of sample 0 is nan"))
    #expect(
      await message { _ = try await run(attack, Self.two, Self.samples([0.9, 0.1], 2)) }.contains(
        "label of sample 0 is 2"))
    let scores = Self.two { $0.sum([1]) }
    #expect(
      await message { _ = try await run(attack, scores, samples) }.contains(", K] are needed")
    )
    #expect(
      await message { _ = try AttackSamples(images: HostArray([1, 2], [0, 1] as [Float]), labels: []) }
        .contains("1 images and 0 labels"))
    #expect(
      await message {
        _ = try AttackSamples(images: HostArray([1, 2], [0, 1] as [Float]), labels: [1], targets: [1])
      }.contains("own label"))
    #expect(await message { _ = try AttackLosses.named("x") }.contains("ce, margin, dlr"))
    #expect(await message { _ = try AttackRecipe.named("x") }.contains("fgsm, bim, pgd"))
    #expect(await message { _ = try GeometryRecipe.named("x") }.contains("linf, l2"))
  }

  @Test func optionsWithoutEffectAreRefused() throws {
    #expect(throws: AttackError.self) {
      try AttackRecipe.named("fgsm").attack(.lInfinity(0.1), [.steps: .count(3)])
    }
    let attack = try AttackRecipe.named("pgd").attack(
      .l2(0.5), [.stepSize: .step(.absolute(2 / 255)), .steps: .count(3), .loss: .text("cw")])
    #expect((attack as? any IterativeAttack)?.steps == 3 && attack.loss.name == "margin")
    #expect(attack.parameters["stepSize"]?.description == "2/255")
  }

  /// A tie is no success, neither at the clean image nor later.
  @Test func tiesAreNotSuccess() async throws {
    let model = Model.affine([[0, 0], [0, 0]], [1, 1], image: [2])
    let result = try await run(BasicIterative(.lInfinity(0.5), steps: 2), model, Self.samples([0.9, 0.1], 1))
    #expect(result.cleanAccuracy == 1 && result.robustAccuracy == 1)
  }

  @Test func zeroGradientsAreFlagged() async throws {
    // Dead units: the gradient is exactly 0 in every component.
    let model = Self.two { ($0 - 5).relu() + $0.detached() * 0.5 }
    let result = try await run(ProjectedGradientDescent(.lInfinity(0.1), steps: 3), model, Self.samples())
    #expect(result.samples[0].flags == [.zeroGradient] && !result.samples[0].hasFallen)
    #expect(result.findings.map(\.kind) == [.zeroGradients])
  }

  /// Infinite derivatives are no zeros: they are followed by their signs, and said.
  @Test func infiniteGradientsAreFlaggedAndFollowed() async throws {
    let model = Self.two { ($0 - 0.5).sqrt() }
    let result = try await run(FastGradient(.lInfinity(0.1)), model, Self.samples([0.7, 0.5]))
    #expect(result.samples[0].flags == [.nonFiniteGradient])
    #expect(result.findings.map(\.kind) == [.nonFiniteGradients])
  }

  /// Zero times infinity is 0, so one root at 0 does not spoil what lies beside it.
  @Test func aRootOfZeroBesideALayerSpoilsNothing() async throws {
    let model = Self.two { logits in
      let centred = logits - logits.mean([1], keepingAxes: true)
      return logits + (centred * centred).mean([1], keepingAxes: true).sqrt()
    }
    let result = try await run(FastGradient(.lInfinity(0.1)), model, Self.samples([0.5, 0.5]))
    #expect(result.samples[0].flags.isEmpty && result.samples[0].hasFallen)
  }

  @Test func modelsOfNaNAreFlaggedAndNeverFall() async throws {
    let model = Self.two { $0 / ($0 - $0) }
    let result = try await run(ProjectedGradientDescent(.lInfinity(0.1), steps: 3), model, Self.samples())
    #expect(result.samples[0].flags == [.nonFiniteLogits] && result.samples[0].loss == nil)
    #expect(!result.samples[0].isCleanCorrect && !result.samples[0].hasFallen)
    #expect(result.findings.map(\.kind) == [.nonFiniteLogits])
  }

  /// Logits are infinite where the first pixel is below 0.85: what lies there is never a success, and no
  /// image is NaN.
  @Test(arguments: [true, false]) func pointsThatAreNotFiniteDoNotCount(_ stopsEarly: Bool) async throws {
    let model = Self.two { logits in
      let isLow = logits.maximum(over: [1], keepingAxes: true) .< 0.85
      return logits / (!isLow).cast(to: .float32)
    }
    let samples = try Self.samples([0.96, 0.6])
    let runner = AttackRunner(stopsEarly: stopsEarly)
    let result = try await run(BasicIterative(.lInfinity(0.2), steps: 5), model, samples, runner)
    #expect(result.samples[0].flags == [.nonFiniteLogits] && result.samples[0].loss?.isFinite == true)
    #expect((0.85...0.87).contains(result.adversarial.floats[0]), "\(result.adversarial.floats)")
  }

  @Test func probabilitiesAreFound() async throws {
    let result = try await run(
      BasicIterative(.lInfinity(0.1), steps: 1), Self.two { $0.softmax() }, Self.samples())
    #expect(result.findings.map(\.kind) == [.probabilities])
    #expect(!LogitCheck.areProbabilities(HostArray([1, 2], [0.5, 0.6] as [Float])))
    #expect(!LogitCheck.areProbabilities(HostArray([2, 2], [0.5, 0.5, 2, -1] as [Float])))
  }

  /// An attack that leaves its budget is found out: what it proposes is neither returned nor counted.
  @Test func whatLeavesTheBudgetDoesNotCount() async throws {
    let samples = try Self.samples()
    let result = try await run(Cheat(by: 0.9), Self.two, samples)
    #expect(result.samples[0].flags == [.outOfReach] && !result.samples[0].hasFallen)
    #expect(result.adversarial == samples.images)
    #expect(result.findings.map(\.kind) == [.notConfirmed])
    let honest = try await run(Cheat(by: 0.1), Self.two, samples)
    #expect(honest.samples[0].flags.isEmpty && !honest.samples[0].hasFallen)
  }
}

/// Exchanges brightness whatever the budget says.
private struct Cheat: Attack {
  let shift: Double
  let threat: ThreatModel = ThreatModel.lInfinity(0.125)
  var goal: Goal { .within(threat) }
  let loss: any AttackLoss = MarginLoss()
  init(by shift: Double) { self.shift = shift }

  func perturb(_ victim: Victim) -> Tensor {
    let direction = victim.images.scope.constant(HostArray([1, 2], [-1, 1] as [Float]))
    return victim.images + direction * shift
  }
}
