import AttackTestSupport
import Attacks
import CPUBackend
import Compute
import ComputeTestSupport
import Networks
import Testing

/// Budgets of every size, from those that no float notices to those that overflow when squared.
@Suite struct BudgetTests {
  private static let exponents = Array(stride(from: -30, through: 38, by: 2))
  private static let sample: Shape = [3, 4, 5]
  private static let balls: [@Sendable (Double) -> ThreatModel] = [
    { ThreatModel.lInfinity(radius: $0) }, { ThreatModel.l2(radius: $0) },
  ]

  /// A linear classifier of two classes that every image is right about; how far away its border is differs.
  private func subject() throws -> (Model, AttackSamples) {
    var generator = SeededGenerator(seed: 21)
    let size = Self.sample.count
    let weight = generator.floats(size, in: -1...1)
    let images = (0..<12).map { _ in generator.floats(size, in: 0...1) }
    func product(_ image: [Float]) -> Float {
      var sum: Float = 0
      for (a, b) in zip(weight, image) { sum += a * b }
      return sum
    }
    let middle = product(images[0])
    let model = Model.affine([weight, weight.map { -$0 }], [-middle, middle], image: Self.sample.extents)
    let labels = images.map { product($0) >= middle ? Int32(0) : 1 }
    let array = HostArray(Shape([12] + Self.sample.extents), images.flatMap { $0 })
    return (model, try AttackSamples(images: array, labels: labels))
  }

  private func run(
    _ threat: ThreatModel, _ model: Model, _ samples: AttackSamples, startsAtRandom: Bool,
    stepSize: StepSize = .relative(0.25)
  ) async throws -> AttackResult {
    var attack = ProjectedGradientDescent(
      .l2(0), stepSize: stepSize, steps: 12, startsAtRandom: startsAtRandom, loss: .margin)
    attack.threat = threat
    return try await AttackRunner().run(attack, on: model, samples, device: CPUDevice(threads: 1))
  }

  /// Robust accuracy never rises with the budget, everything found is within reach, and a budget that reaches everything
  /// leaves nothing standing, whatever its size.
  @Test(arguments: [0, 1], [true, false]) func robustAccuracyFallsWithTheBudget(
    _ ball: Int, _ startsAtRandom: Bool
  ) async throws {
    let (model, samples) = try subject()
    var last = 1.0
    for exponent in Self.exponents {
      let threat = Self.balls[ball](Double("1e\(exponent)") ?? 0)
      let result = try await run(threat, model, samples, startsAtRandom: startsAtRandom)
      #expect(result.robustAccuracy <= last, "1e\(exponent)")
      #expect(result.samples.allSatisfy { !$0.flags.contains(.outOfReach) }, "1e\(exponent)")
      try requireInside(
        result.adversarial.floats, around: samples.images.floats, samples: 12, threat, "budget 1e\(exponent)")
      last = result.robustAccuracy
      let isEndless = result.findings.contains { $0.kind == .budgetBeyondPixels }
      #expect(isEndless == threat.reachesEverything(Self.sample), "1e\(exponent)")
      if isEndless { #expect(result.robustAccuracy == 0, "1e\(exponent)") }
    }
  }

  @Test(arguments: [0, 1], [true, false]) func whatReachesEverythingIsLikeTheDiameter(
    _ ball: Int, _ startsAtRandom: Bool
  ) async throws {
    let (model, samples) = try subject()
    let diameter = Self.balls[ball](0).geometry.diameter(of: Self.sample)
    #expect(diameter == (ball == 0 ? 1 : 60.squareRoot()))
    let expected = try await run(Self.balls[ball](diameter), model, samples, startsAtRandom: startsAtRandom)
    for radius in [diameter.nextUp, 8, 255, 1e19, 1e20, 1e25, 1e38, 1e300] {
      let found = try await run(Self.balls[ball](radius), model, samples, startsAtRandom: startsAtRandom)
      #expect(found.adversarial == expected.adversarial && found.samples == expected.samples, "\(radius)")
    }
  }

  @Test(arguments: [0, 1]) func endlessStepsAreLikeTheDiameter(_ ball: Int) async throws {
    let (model, samples) = try subject()
    let threat = Self.balls[ball](0.3)
    let diameter = threat.geometry.diameter(of: Self.sample)
    let expected = try await run(
      threat, model, samples, startsAtRandom: true, stepSize: .absolute(Ratio(diameter)))
    for size in [8, 1e20, 1e38, 1e300] {
      let found = try await run(
        threat, model, samples, startsAtRandom: true, stepSize: .absolute(Ratio(size)))
      #expect(found.samples == expected.samples && found.adversarial == expected.adversarial, "\(size)")
      #expect(found.findings.contains { $0.kind == .stepBeyondBudget && $0.samples == 12 }, "\(size)")
    }
    #expect(!expected.samples.contains { $0.flags.contains(.outOfReach) })
  }

  /// Tensors are projected from anywhere: the direction is kept where squares would overflow.
  @Test func imagesFarOutsideAreProjectedToTheSurface() async throws {
    for (norm, size) in [(VectorNorm.two, 1e18), (.two, 1e25), (.two, 1e38), (.infinity, 1e38)] {
      let graph = try Graph { scope in
        let images = scope.full([2, 50], 0.5)
        let far = scope.full([2, 50], 1) * size
        let radius = scope.full([2], 0.25)
        let stepped = images.steppedAndProjected(
          norm, along: images, by: scope.full([2], size), around: images, radius: radius)
        return [far.projected(norm, around: images, radius: radius), stepped]
      }
      var executable = try Executable(graph, on: CPUDevice(threads: 1))
      for pixels in try await executable.run().map(\.floats) {
        let expected = 0.5 + 0.25 / (norm == .two ? Float(50).squareRoot() : 1)
        #expect(pixels.allSatisfy { abs($0 - expected) < 1e-5 }, "\(norm) \(size): \(pixels[0])")
      }
    }
  }

  @Test func peopleAreAskedWhatTheyMeant() async throws {
    let (model, samples) = try subject()
    func messages(_ budget: Ratio, _ step: Ratio, _ ball: Int = 0) async throws -> [Finding.Kind: String] {
      let threat: ThreatModel = ball == 0 ? ThreatModel.lInfinity(budget) : ThreatModel.l2(budget)
      let result = try await run(threat, model, samples, startsAtRandom: false, stepSize: .absolute(step))
      return Dictionary(uniqueKeysWithValues: result.findings.map { ($0.kind, $0.message) })
    }
    let large = try await messages(8, 2)
    #expect(large[.budgetBeyondPixels]?.contains("did you mean 8/255?") == true, "\(large)")
    #expect(large[.budgetBeyondPixels]?.contains("0...1") == true && large.count == 1, "\(large)")
    let step = try await messages(8 / 255, 2)
    #expect(step[.stepBeyondBudget]?.contains("did you mean 2/255?") == true && step.count == 1, "\(step)")
    #expect(try await messages(8 / 255, 16 / 255).isEmpty)
    #expect(try await messages(7.7, 1, 1).isEmpty)
    #expect(try await messages(7.8, 1, 1)[.budgetBeyondPixels]?.contains("mean") == false)
  }

  @Test func whatIsNoSizeIsAnError() async throws {
    let (model, samples) = try subject()
    let attacks: [any Attack] = [
      FastGradient(.lInfinity(-1)), FastGradient(.l2(radius: .nan)), FastGradient(.lInfinity(1 / 0)),
      ProjectedGradientDescent(.l2(1), stepSize: .absolute(-0.5)),
      ProjectedGradientDescent(.l2(1), stepSize: .relative(.infinity)),
      BasicIterative(ThreatModel.lInfinity(0.1, pixels: -1...1)),
      BasicIterative(ThreatModel.l2(0.1, pixels: 0...255)),
      BasicIterative(ThreatModel.lInfinity(0.1, pixels: 0.5...0.5)),
      BasicIterative(ThreatModel.l2(0.1, pixels: 0...(.infinity))),
    ]
    for attack in attacks {
      await #expect(throws: AttackError.self, "\(attack)") {
        try await AttackRunner().run(attack, on: model, samples, device: CPUDevice(threads: 1))
      }
      // The same where a graph is made without the runner.
      #expect(throws: AttackError.self, "\(attack)") {
        try Graph { scope in
          let images = scope.input("images", samples.images.shape)
          let labels = scope.input("labels", [12], .int32)
          let victim = Victim(
            { model.bound(in: scope)($0) }, images: images, labels: labels,
            randomness: Randomness(seed: 1, samples: labels))
          return [attack.perturb(victim)]
        }
      }
    }
  }
}
