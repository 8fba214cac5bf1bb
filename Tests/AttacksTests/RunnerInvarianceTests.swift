import Attacks
import CPUBackend
import Compute
import Testing

/// What must not matter does not: results are the same bits.
@Suite struct RunnerInvarianceTests {
  private static let attack = ProjectedGradientDescent(
    .lInfinity(0.015), stepSize: .relative(0.06), steps: 7)

  private func run(
    _ subject: AttackedModel, _ runner: AttackRunner, at positions: [Int]? = nil,
    _ attack: any Attack = Self.attack
  ) async throws -> AttackResult {
    let samples = try positions.map { try subject.samples(at: $0) } ?? subject.samples
    return try await runner.run(attack, on: subject.model, samples, device: CPUDevice(threads: 2))
  }

  @Test(arguments: [true, false]) func tileAndChunkDoNotMatter(_ stopsEarly: Bool) async throws {
    let subject = try await AttackedModel.convolutions(seed: 1)
    let runner = AttackRunner(restarts: 3, stopsEarly: stopsEarly)
    let expected = try await run(subject, runner)
    #expect((0.2...0.8).contains(expected.robustAccuracy), "\(expected.robustAccuracy)")
    #expect(expected.samples.contains { ($0.restart ?? 0) > 0 }, "no restart was needed")
    for (tile, chunk) in [(1, 7), (7, 1), (16, 3), (64, 2)] {
      var other = runner
      (other.tile, other.chunk) = (tile, chunk)
      let found = try await run(subject, other)
      #expect(found.adversarial == expected.adversarial, "tile \(tile), chunk \(chunk)")
      #expect(found.samples == expected.samples, "tile \(tile), chunk \(chunk)")
    }
  }

  @Test(arguments: [true, false]) func orderAndSubsetDoNotMatter(_ stopsEarly: Bool) async throws {
    let subject = try await AttackedModel.convolutions(seed: 2)
    let runner = AttackRunner(tile: 8, chunk: 3, restarts: 2, stopsEarly: stopsEarly)
    let expected = try await run(subject, runner)
    for positions in [Array((0..<41).reversed()), [17], [3, 30, 5, 12, 11]] {
      let found = try await run(subject, runner, at: positions)
      for (row, position) in positions.enumerated() {
        #expect(found.samples[row] == expected.samples[position])
        #expect(
          found.adversarial.samples(row..<(row + 1))
            == expected.adversarial.samples(position..<(position + 1)))
      }
    }
  }

  /// The same samples fall, in the same restart after the same step; the images of the others are the same;
  /// and where a sample fell, going on can only raise the loss.
  @Test func earlyStopChangesNoVerdict() async throws {
    let subject = try await AttackedModel.convolutions(seed: 3)
    let early = try await run(subject, AttackRunner(chunk: 2, restarts: 3))
    let late = try await run(subject, AttackRunner(chunk: 2, restarts: 3, stopsEarly: false))
    #expect(early.samples.contains { $0.hasFallen } && early.samples.contains { !$0.hasFallen })
    for (index, (a, b)) in zip(early.samples, late.samples).enumerated() {
      #expect(a.hasFallen == b.hasFallen && a.step == b.step && a.restart == b.restart)
      let loss = try (#require(a.loss), #require(b.loss))
      let images = [early, late].map { $0.adversarial.samples(index..<(index + 1)) }
      #expect(a.hasFallen ? loss.1 >= loss.0 : images[0] == images[1])
    }
    #expect(early.passes.forward < late.passes.forward && early.passes.backward < late.passes.backward)
  }

  @Test func anotherSeedGivesOtherImages() async throws {
    let subject = try await AttackedModel.convolutions(seed: 4)
    let (a, b) = (try await run(subject, AttackRunner()), try await run(subject, AttackRunner(seed: 1)))
    #expect(a.adversarial != b.adversarial)
  }

  /// An attack whose state is more than its image survives being split into chunks.
  @Test func velocityIsCarriedFromChunkToChunk() async throws {
    let subject = try await AttackedModel.convolutions(seed: 5)
    let attack = MomentumAscent(
      threat: .lInfinity(0.015), stepSize: .relative(0.25), steps: 6, decay: 0.9)
    let whole = try await run(subject, AttackRunner(chunk: 6), attack)
    let parts = try await run(subject, AttackRunner(tile: 5, chunk: 1), attack)
    #expect(whole.samples == parts.samples && whole.adversarial == parts.adversarial)
  }
}
