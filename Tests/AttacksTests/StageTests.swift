import CPUBackend
import Compute
import Networks
import Testing

@testable import Attacks

@Suite struct StageTests {
  @Test func stagesMakeEveryStepOnce() {
    for steps in 0...25 {
      for chunk in 1...11 {
        let stages = Stage.all(steps: steps, chunk: chunk)
        #expect(stages.reduce(0) { $0 + $1.steps } == steps)
        #expect(stages.allSatisfy { $0.steps <= chunk } && stages[0].first == 0)
        #expect(zip(stages, stages.dropFirst()).allSatisfy { $0.first + $0.steps == $1.first })
        #expect(stages.map(\.isLast) == stages.indices.map { $0 == stages.count - 1 })
        #expect(Set(stages.map(\.kind)).count <= 3)
      }
    }
  }

  @Test func fullTilesGoFirst() {
    var queue = JobQueue()
    for sample in 0..<9 { queue.add(Job(sample: sample, restart: 0)) }
    for sample in 9..<14 { queue.add(Job(sample: sample, restart: 0, stage: 1)) }
    queue.add(Job(sample: 14, restart: 0, stage: 2))
    var taken: [[Int]] = []
    while case let jobs = queue.next(tile: 4), !jobs.isEmpty {
      #expect(Set(jobs.map(\.stage)).count == 1)
      taken.append(jobs.map(\.sample))
    }
    #expect(taken == [[9, 10, 11, 12], [0, 1, 2, 3], [4, 5, 6, 7], [14], [13], [8]])
  }

  /// The judgement of a point and the gradient there share one forward pass: a step launches each convolution
  /// once forward and once backward, and the last point costs one forward pass more.
  @Test func judgingCostsNoForwardPass() async throws {
    let subject = try await AttackedModel.convolutions(seed: 1)
    let trace = TileTrace(
      model: subject.model, imageShape: [3, 8, 8], isTargeted: false, criterion: Criterion(), seed: 0,
      stopsEarly: true)
    for loss in AttackLosses.all {
      var attack = ProjectedGradientDescent(.lInfinity(0.1), steps: 10)
      attack.loss = loss
      func convolutions(_ steps: Int, isLast: Bool) throws -> Int {
        let kind = Stage.Kind(isFirst: true, steps: steps, isLast: isLast)
        let stage = try trace.stage(attack, kind, count: 4)
        #expect(stage.cost.start == Passes())
        if steps > 0 { #expect(stage.cost.step == Passes(forward: 1, backward: 1)) }
        #expect(stage.passes == Passes(forward: 4 * (steps + (isLast ? 1 : 0)), backward: 4 * steps))
        return Plan(stage.graph, family: .cpu).launchesByKernel
          .filter { $0.key.hasPrefix("convolution") }.values.reduce(0, +)
      }
      #expect(try convolutions(10, isLast: false) == 10 * 4, "\(loss.name)")
      #expect(try convolutions(10, isLast: true) == 10 * 4 + 2, "\(loss.name)")
      #expect(try convolutions(0, isLast: true) == 2, "\(loss.name)")
    }
  }
}
