import Attacks
import CPUBackend
import Compute
import Testing

/// Passes are counted wherever an attack makes them.
@Suite struct PassCountTests {
  private func run(_ attack: any Attack, early: Bool = true, threads: Int = 1) async throws -> AttackResult {
    let subject = try await AttackedModel.convolutions(seed: 8)
    return try await AttackRunner(tile: 64, chunk: 2, stopsEarly: early).run(
      attack, on: subject.model, subject.samples, device: CPUDevice(threads: threads))
  }

  /// What a step costs beside the one pass forward that judges its point.
  private enum Way: String, CaseIterable {
    case answer, elsewhere, neighbours, jacobian, loop, nothing

    var cost: Passes {
      switch self {
      case .answer: Passes(backward: 1)
      case .elsewhere: Passes(forward: 1, backward: 1)
      case .neighbours: Passes(forward: 4, backward: 4)
      case .jacobian: Passes(backward: 5)
      case .loop: Passes(forward: 3, backward: 3)
      case .nothing: Passes()
      }
    }
  }

  private struct Walk: IterativeAttack {
    let way: Way
    var threat: ThreatModel = ThreatModel.lInfinity(0.05)
    var goal: Goal { .within(threat) }
    var loss: any AttackLoss = CrossEntropyLoss()
    var drawsRandomly: Bool { false }
    var steps: Int { 5 }

    func start(_ victim: Victim) -> Tensor { victim.images }

    func advance(_ state: Tensor, at answer: Answer, step: Tensor, _ victim: Victim) -> Tensor {
      threat.advance(state, along: direction(state, answer, victim), by: 0.01, around: victim.images)
    }

    private func direction(_ state: Tensor, _ answer: Answer, _ victim: Victim) -> Tensor {
      switch way {
      case .answer: return answer.gradient()
      case .elsewhere: return victim.gradient(of: loss, at: state + 0.001)
      case .neighbours:
        let near = Tensor.concatenated((1...4).map { state + 0.001 * Double($0) }, axis: 0)
        let slopes = victim.classifier(near).sum().gradient(withRespectTo: near)
        return slopes.reshaped(Shape([4] + state.shape.extents)).sum([0])
      case .jacobian: return answer.logits.jacobian(withRespectTo: answer.images).sum([1])
      case .loop:
        return state.iterated(3) { x in
          threat.advance(x, along: victim.gradient(of: loss, at: x), by: 0.01, around: victim.images)
        } - state
      case .nothing: return state
      }
    }
  }

  @Test(arguments: Way.allCases) private func stepsCostWhatTheyAsk(_ way: Way) async throws {
    // A tile may be computed in several parts side by side.
    for (early, threads) in [(true, 1), (false, 1), (true, 4), (false, 4)] {
      let result = try await run(Walk(way: way), early: early, threads: threads)
      let step = Passes(forward: 1) + way.cost
      for sample in result.samples where sample.isCleanCorrect {
        let steps = early ? sample.step ?? 5 : 5
        #expect(sample.passes == step * steps + Passes(forward: 1), "\(way), early \(early)")
      }
      #expect(result.executed.forward >= result.passes.forward)
      // 64 rows of one tile, in stages of two steps or all at once.
      if !early { #expect(result.executed == (step * 5 + Passes(forward: 1)) * 64) }
    }
  }

  /// An attack that only proposes has its loop counted, and the clean image asked.
  @Test func loopsOfProposalsAreCounted() async throws {
    let result = try await run(Proposal(inner: BasicIterative(.lInfinity(0.02), steps: 3)))
    for sample in result.samples where sample.isCleanCorrect && sample.step != 0 {
      #expect(sample.passes == Passes(forward: 1 + 3 + 1, backward: 3))
    }
    #expect(result.samples.contains { $0.hasFallen })
  }
}

/// An attack that only proposes.
struct Proposal<Inner: IterativeAttack>: Attack {
  let inner: Inner
  var goal: Goal { inner.goal }
  var loss: any AttackLoss { inner.loss }
  func perturb(_ victim: Victim) -> Tensor { inner.perturb(victim) }
}
