import CPUBackend
import Compute
import Networks
import Testing

@testable import Attacks

/// Four classes and four pixels, small enough to follow by hand; the numbers were found in double precision
/// by programs that share nothing with this one.
@Suite struct ToyModelTests {
  static let model = Model.affine(
    [[1, 0, -1, 2], [0, 1, 1, -1], [-1, 0.5, 0, 0.5], [0.5, -0.5, 1, 0]], [0.2, 0, -0.1, 0.05],
    image: [4, 1, 1])
  static let image = HostArray([1, 4, 1, 1], [0.6, 0.4, 0.5, 0.7] as [Float])

  private func samples() throws -> AttackSamples { try AttackSamples(images: Self.image, labels: [0]) }

  private func run(_ attack: any Attack, _ runner: AttackRunner = AttackRunner()) async throws -> AttackResult
  {
    try await runner.run(attack, on: Self.model, samples(), device: CPUDevice(threads: 1))
  }

  /// The point that an attack ends at, and the cross-entropy there.
  private func end(of attack: any Attack) async throws -> (point: [Float], loss: Float, label: Int32) {
    let graph = try Graph { scope in
      let network = Self.model.bound(in: scope)
      let labels = scope.full([1], 0, .int32)
      let victim = Victim(
        { network($0) }, images: scope.constant(Self.image), labels: labels,
        randomness: Randomness(seed: 1, samples: labels))
      let end = attack.perturb(victim)
      return [end, network(end).crossEntropy(labels), network(end).argmax()]
    }
    let device = try CPUDevice(threads: 1)
    var executable = try Executable(graph, on: device)
    let results = try await executable.run(reading: Weights(Self.model.values, on: device))
    return (results[0].floats, results[1].floats[0], results[2].integers[0])
  }

  private func expect(
    _ attack: any Attack, endsAt point: [Float], loss: Float, class label: Int32? = nil,
    _ location: Testing.SourceLocation = #_sourceLocation
  ) async throws {
    let end = try await end(of: attack)
    let error = zip(end.point, point).map { abs($0 - $1) }.max() ?? 1
    #expect(error < 2e-6, "\(end.point)", sourceLocation: location)
    #expect(abs(end.loss - loss) < 6e-6, "\(end.loss)", sourceLocation: location)
    if let label { #expect(end.label == label, sourceLocation: location) }
  }

  @Test func fastGradientGoesWhereItShould() async throws {
    try await expect(FastGradient(.lInfinity(0.1)), endsAt: [0.5, 0.5, 0.6, 0.6], loss: 0.802277, class: 0)
    try await expect(FastGradient(.lInfinity(0.5)), endsAt: [0.1, 0.9, 1, 0.2], loss: 2.556476, class: 1)
  }

  @Test func iterationsTraceTheLInfinityPath() async throws {
    let path: [([Float], Float)] = [
      ([0.52, 0.48, 0.58, 0.62], 0.745316), ([0.44, 0.56, 0.66, 0.54], 0.992307),
      ([0.4, 0.6, 0.7, 0.5], 1.134961), ([0.4, 0.6, 0.7, 0.5], 1.134961),
    ]
    for (index, (point, loss)) in path.enumerated() {
      let (threat, size) = (ThreatModel.lInfinity(0.2), StepSize.absolute(0.08))
      try await expect(
        BasicIterative(threat, stepSize: size, steps: index + 1), endsAt: point, loss: loss)
      try await expect(
        ProjectedGradientDescent(threat, stepSize: size, steps: index + 1, startsAtRandom: false),
        endsAt: point, loss: loss)
      // The runner keeps the point of largest loss, which is the last one here.
      let result = try await run(BasicIterative(threat, stepSize: size, steps: index + 1))
      #expect(zip(result.adversarial.floats, point).allSatisfy { abs($0 - $1) < 1e-6 })
      #expect(result.samples[0].loss.map { abs($0 - loss) < 2e-6 } == true && !result.samples[0].hasFallen)
    }
  }

  @Test func iterationsTraceTheL2Path() async throws {
    let path: [([Float], Float, Double)] = [
      ([0.534945, 0.411575, 0.618993, 0.553458], 0.849478, 0.2),
      ([0.472152, 0.425989, 0.737398, 0.405710], 1.248053, 0.399981),
      ([0.442826, 0.436296, 0.795869, 0.330622], 1.481864, 0.5),
    ]
    for (index, (point, loss, length)) in path.enumerated() {
      let attack = BasicIterative(.l2(0.5), stepSize: .absolute(0.2), steps: index + 1)
      try await expect(attack, endsAt: point, loss: loss)
      let result = try await run(attack, AttackRunner(stopsEarly: false))
      #expect(abs(result.samples[0].distance - length) < 2e-6, "\(result.samples[0].distance)")
    }
  }

  /// Sums of gradients scaled to a mean of 1, and the points that they lead to.
  @Test func momentumTracesItsPath() async throws {
    let path: [(momentum: [Float], point: [Float])] = [
      ([-0.760515, 0.135310, 1.391063, -1.713113], [0.55, 0.45, 0.55, 0.65]),
      ([-1.517576, 0.300540, 2.760704, -3.421181], [0.5, 0.5, 0.6, 0.6]),
    ]
    for (index, (momentum, point)) in path.enumerated() {
      let attack = MomentumIterative(.lInfinity(0.1), stepSize: .absolute(0.05), steps: index + 1)
      let end = try await end(of: attack)
      #expect(zip(end.point, point).allSatisfy { abs($0 - $1) < 1e-6 }, "\(end.point)")
      let found = try await state(of: attack, after: index + 1)[1]
      #expect(zip(found, momentum).allSatisfy { abs($0 - $1) < 4e-6 }, "\(found)")
    }
    // Without a memory its steps are those of the basic method.
    for threat: ThreatModel in [ThreatModel.lInfinity(0.2), ThreatModel.l2(0.5)] {
      var forgetful = MomentumIterative(.lInfinity(0), stepSize: .absolute(0.08), steps: 5, decay: 0)
      var basic = BasicIterative(.lInfinity(0), stepSize: .absolute(0.08), steps: 5)
      (forgetful.threat, basic.threat) = (threat, threat)
      let (a, b) = (try await end(of: forgetful), try await end(of: basic))
      #expect(zip(a.point, b.point).allSatisfy { abs($0 - $1) < 1e-6 }, "\(a.point), \(b.point)")
    }
  }

  /// The tensors of an attack's state after some of its steps.
  private func state<Method: IterativeAttack>(of attack: Method, after steps: Int) async throws -> [[Float]] {
    let graph = try Graph { scope in
      let network = Self.model.bound(in: scope)
      let labels = scope.full([1], 0, .int32)
      let victim = Victim(
        { network($0) }, images: scope.constant(Self.image), labels: labels,
        randomness: Randomness(seed: 1, samples: labels))
      let end = attack.start(victim).iterated(steps) { state, step in
        let answer = victim.answer(at: attack.image(of: state), maximising: attack.loss)
        return attack.advance(state, at: answer, step: step, victim)
      }
      return end.tensors.map { $0.cast(to: .float32) }
    }
    let device = try CPUDevice(threads: 1)
    var executable = try Executable(graph, on: device)
    return try await executable.run(reading: Weights(Self.model.values, on: device)).map(\.floats)
  }

  /// Paths of the authors' program of six steps, each of which ends with a check.
  @Test func stepsThatHalveThemselvesTraceTheirPaths() async throws {
    let paths: [(ThreatModel, loss: String, points: [[Float]])] = [
      (
        ThreatModel.lInfinity(0.2), "ce",
        [[0.4, 0.6, 0.7, 0.5], [0.4, 0.6, 0.7, 0.5], [0.4, 0.6, 0.7, 0.5]]
      ),
      (
        ThreatModel.lInfinity(0.2), "dlr",
        [
          [0.8, 0.2, 0.7, 0.9], [0.8, 0.2, 0.7, 0.8], [0.65, 0.2, 0.7, 0.625], [0.4625, 0.2, 0.7, 0.5],
          [0.4, 0.2, 0.7, 0.5], [0.4, 0.2, 0.7, 0.5],
        ]
      ),
      (
        ThreatModel.l2(0.36), "ce",
        [
          [0.482900, 0.420834, 0.714188, 0.436225], [0.485697, 0.424642, 0.713356, 0.434657],
          [0.488541, 0.428536, 0.712451, 0.433116],
        ]
      ),
      (
        ThreatModel.l2(0.36), "dlr",
        [
          [0.652936, 0.082387, 0.658806, 0.726468], [0.631953, 0.104391, 0.699751, 0.664030],
          [0.602957, 0.153856, 0.737272, 0.587278],
        ]
      ),
    ]
    for (threat, loss, points) in paths {
      var attack = AutoProjectedGradient(.lInfinity(0), steps: 6, startsAtRandom: false)
      (attack.threat, attack.loss) = (threat, try AttackLosses.named(loss))
      attack.comparesFirstLossWithZero = true
      for (index, point) in points.enumerated() {
        let found = try await state(of: attack, after: index + 1)[0]
        let error = zip(found, point).map { abs($0 - $1) }.max() ?? 1
        #expect(error < 3e-6, "\(threat.norm) \(loss), step \(index + 1): \(found)")
      }
    }
  }

  /// It follows the cross-entropy, so it ends near class 1, beyond the nearest boundary at 0.360147: as the authors' program
  /// does.
  @Test(arguments: [100, 1000]) func directionAndNormDecoupledEndWhereTheAuthorsDo(_ steps: Int) async throws
  {
    let result = try await run(DecoupledDirection(steps: steps), AttackRunner())
    #expect((0.378...0.379).contains(result.samples[0].distance), "\(result.samples[0].distance)")
    // With the margin it goes to the class that is nearest from where it is first.
    let margin = try await run(
      DecoupledDirection(steps: steps, initialRadius: 0.05, loss: .margin), AttackRunner())
    #expect((0.360146...0.364).contains(margin.samples[0].distance), "\(margin.samples[0].distance)")
  }

  @Test func checksComeAfterIntervalsThatShrink() {
    for (steps, checks) in [
      (100, [22, 41, 57, 70, 80, 87, 93, 99]), (50, [11, 21, 30, 38, 45]), (6, [1, 2, 3, 4, 5]), (1, []),
      (0, []),
    ] {
      let intervals = Checkpoints(steps: steps).intervals
      #expect(intervals.indices.filter { intervals[$0] > 0 } == checks)
      for (before, check) in zip([0] + checks, checks) { #expect(Int(intervals[check]) == check - before) }
    }
    #expect(Array(Checkpoints(steps: 20).intervals[4...11]) == [4, 0, 0, 3, 0, 2, 1, 1])
  }

  /// Scaling of gradients neither overflows nor loses those of saturated models.
  @Test(arguments: [1e-36, 1e-12, 1, 3e38] as [Float]) func gradientsOfAnySizeAreScaled(
    _ size: Float
  ) async throws {
    let model = Model.affine([[1, 0, -1, 0.5], [0, 0, 0, 0]], [1, 0], image: [4]) { $0 }
    let graph = try Graph { scope in
      let labels = scope.full([1], 0, .int32)
      let victim = Victim(
        { model.bound(in: scope)($0) }, images: scope.full([1, 4], 0.5), labels: labels,
        randomness: Randomness(seed: 1, samples: labels))
      let attack = MomentumIterative(.l2(0.1), steps: 1)
      let answer = victim.answer(
        at: victim.images * Double(1), maximising: ScaledMargin(factor: Double(size)))
      return [attack.advance(attack.start(victim), at: answer, step: labels.sum(), victim).tensors[1]]
    }
    let device = try CPUDevice(threads: 1)
    var executable = try Executable(graph, on: device)
    let found = try await executable.run(reading: Weights(model.values, on: device))[0].floats
    // Margin of class 0: the gradient is minus its weight, of mean 0.625.
    #expect(zip(found, [-1.6, 0, 1.6, -0.8] as [Float]).allSatisfy { abs($0 - $1) < 1e-5 }, "\(found)")
  }

  private struct ScaledMargin: AttackLoss {
    static let names = ["scaled margin"]
    let factor: Double
    func callAsFunction(_ logits: Tensor, _ labels: Tensor) -> Tensor { logits.marginLoss(labels) * factor }
    func callAsFunction(_ logits: Tensor, _ labels: Tensor, toward targets: Tensor) -> Tensor {
      callAsFunction(logits, labels)
    }
  }

  /// The nearest class is 3, at 0.210; the cross-entropy's gradient points to class 1, at 0.2143.
  @Test func lossesDifferWhereTheyShould() async throws {
    for loss in AttackLosses.all {
      var attack = ProjectedGradientDescent(.lInfinity(0.209), steps: 40, loss: .crossEntropy)
      attack.loss = loss
      #expect(try await run(attack, AttackRunner(restarts: 5)).robustAccuracy == 1, "\(loss.name)")
      attack.threat = ThreatModel.lInfinity(0.212)
      let result = try await run(attack, AttackRunner(restarts: 5))
      #expect(result.robustAccuracy == (loss.name == "ce" ? 1 : 0), "\(loss.name)")
      if loss.name == "margin" {
        let expected: [Float] = [0.388, 0.188, 0.712, 0.488]
        let late = try await run(attack, AttackRunner(stopsEarly: false))
        #expect(zip(late.adversarial.floats, expected).allSatisfy { abs($0 - $1) < 1e-6 })
      }
      attack.threat = ThreatModel.lInfinity(0.216)
      #expect(try await run(attack, AttackRunner(restarts: 5)).robustAccuracy == 0, "\(loss.name)")
    }
    let end = try await end(of: BasicIterative(.lInfinity(0.216), steps: 40))
    #expect(end.label == 1)
  }

  /// The distances to the pairwise boundaries: a targeted attack with the margin succeeds beyond them alone.
  @Test(arguments: [(Int32(1), 0.214286, 0.387298), (3, 0.21, 0.360147)])
  func targetsAreAsFarAsTheyAre(_ target: Int32, _ cube: Double, _ ball: Double) async throws {
    let samples = try AttackSamples(images: Self.image, labels: [0], targets: [target])
    for factor in [0.999, 1.001] {
      // The straight way to class 1 passes class 3 in the cube, so there the other boundary decides.
      let threats: [ThreatModel] =
        target == 3
        ? [.lInfinity(radius: cube * factor), .l2(radius: ball * factor)] : [.l2(radius: ball * factor)]
      for threat in threats {
        var attack = BasicIterative(.lInfinity(0), steps: 60, loss: .margin)
        attack.threat = threat
        let result = try await AttackRunner().run(
          attack, on: Self.model, samples, device: CPUDevice(threads: 1))
        #expect(result.samples[0].hasFallen == (factor > 1), "\(target), \(threat)")
      }
    }
  }
}
