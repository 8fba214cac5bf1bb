import AttackTestSupport
import Attacks
import CPUBackend
import Compute
import ComputeTestSupport
import Networks
import Testing

/// When an image counts as adversarial.
@Suite struct CriterionTests {
  /// What the definition says of one row.
  private func isMet(_ criterion: Criterion, _ logits: [Float], _ wanted: Int, isTargeted: Bool) -> Bool {
    guard logits.allSatisfy(\.isFinite) else { return false }
    let shift = Float(criterion.confidence)
    let others = logits.indices.filter { $0 != wanted }.map { logits[$0] }
    return isTargeted
      ? others.count { $0 >= logits[wanted] - shift } < criterion.top
      : others.count { $0 > logits[wanted] + shift } >= criterion.top
  }

  /// Random logits with ties and what is not finite, against the definition.
  @Test(arguments: [1, 2, 3], [0, 0.5]) func criteriaAreWhatTheySay(
    _ top: Int, _ confidence: Double
  ) async throws {
    var generator = SeededGenerator(seed: UInt64(top))
    let (count, classes) = (400, 5)
    // Multiples of a quarter, so that ties are common and every sum is exact.
    var logits = generator.floats(count * classes, in: -2...2).map { ($0 * 4).rounded() / 4 }
    logits[3] = .nan
    logits[17] = .infinity
    let labels = (0..<count).map { Int32($0 % classes) }
    let criterion = Criterion(top: top, confidence: confidence)
    let graph = try Graph { scope in
      let (labels, images) = (scope.constant(HostArray([count], labels)), scope.full([count, 1], 0))
      let logits = scope.constant(HostArray([count, classes], logits))
      return [nil, labels].map { targets in
        Victim(
          { _ in logits + images.sum() }, images: images, labels: labels, targets: targets,
          randomness: Randomness(seed: 0, samples: labels), criterion: criterion
        ).answer(at: images, maximising: .margin).hasFallen
      }
    }
    var executable = try Executable(graph, on: CPUDevice(threads: 1))
    let found = try await executable.run().map(\.bytes)
    var kinds: Set<[Bool]> = []
    for row in 0..<count {
      let values = Array(logits[row * classes..<(row + 1) * classes])
      let expected = [false, true].map { isMet(criterion, values, row % classes, isTargeted: $0) }
      #expect(found.map { $0[row] != 0 } == expected, "\(values), class \(row % classes)")
      kinds.insert(expected)
    }
    #expect(kinds.count >= 3)
  }

  /// More is asked for: fewer fall, and what falls keeps what was asked for.
  @Test func strongerCriteriaFellFewer() async throws {
    let subject = try await AttackedModel.convolutions(seed: 12)
    var fallen: [Int] = []
    for criterion in [
      Criterion(), Criterion(confidence: 0.02), Criterion(confidence: 0.2), Criterion(confidence: 50),
    ] {
      let result = try await AttackRunner(criterion: criterion).run(
        ProjectedGradientDescent(.lInfinity(0.02), steps: 10, loss: .margin), on: subject.model,
        subject.samples,
        device: CPUDevice(threads: 2))
      fallen.append(result.samples.count { $0.hasFallen })
      #expect(result.parameters.criterion == criterion)
      for sample in result.samples where sample.hasFallen {
        #expect((sample.loss ?? 0) > Float(criterion.confidence))
      }
    }
    #expect(fallen == fallen.sorted(by: >) && fallen[0] > fallen[2] && fallen[3] == 0, "\(fallen)")
  }

  /// Clean accuracy is that of the first k, and no sample falls out of more than of fewer.
  @Test func accuracyOfTheFirstFewNestsInMore() async throws {
    let subject = try await AttackedModel.convolutions(seed: 12)
    var results: [AttackResult] = []
    for top in 1...3 {
      results.append(
        try await AttackRunner(criterion: Criterion(top: top)).run(
          BasicIterative(.lInfinity(0.05), loss: .margin), on: subject.model, subject.samples,
          device: CPUDevice(threads: 2)))
    }
    for (few, more) in zip(results, results.dropFirst()) {
      for (a, b) in zip(few.samples, more.samples) where a.isCleanCorrect { #expect(b.isCleanCorrect) }
      #expect(few.robustAccuracy <= more.robustAccuracy)
    }
    #expect(results[0].samples.contains { $0.hasFallen })
  }

  @Test func criteriaWithoutSenseAreRefused() async throws {
    let subject = try await AttackedModel.convolutions(seed: 12)
    for criterion in [
      Criterion(top: 0), Criterion(confidence: -1), Criterion(confidence: .nan), Criterion(top: 1000),
    ] {
      let error = await #expect(throws: AttackError.self) {
        try await AttackRunner(criterion: criterion).run(
          FastGradient(.lInfinity(0.1)), on: subject.model, subject.samples, device: CPUDevice(threads: 1))
      }
      #expect(error?.kind == .usage)
    }
  }
}
