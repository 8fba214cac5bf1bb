import Attacks
import CPUBackend
import Compute
import Networks
import Synchronization
import Testing

/// Attacks and losses of others that do not keep what is asked of them: errors, in release builds too.
@Suite struct RunnerMisuseTests {
  private struct Strange: IterativeAttack {
    enum Fault: CaseIterable { case stateOfNothing, stateOfImages, stateThatGrows, imageThatGrows }

    let fault: Fault
    var threat: ThreatModel { ThreatModel.lInfinity(0.01) }
    var goal: Goal { .within(threat) }
    var loss: any AttackLoss { MarginLoss() }
    var steps: Int { 12 }

    func start(_ victim: Victim) -> [Tensor] {
      let scope = victim.images.scope
      switch fault {
      case .stateOfNothing: return [victim.images, scope.full(.scalar, 0)]
      // As many rows as the first tile has samples.
      case .stateOfImages: return [victim.images, scope.full([8, 2], 0)]
      default: return [victim.images, victim.images.zeros]
      }
    }

    func advance(_ state: [Tensor], at answer: Answer, step: Tensor, _ victim: Victim) -> [Tensor] {
      if fault == .stateThatGrows { return [state[0], .concatenated([state[1], state[1]], axis: 1)] }
      return [threat.advance(state[0], along: state[0], by: 0.01, around: victim.images), state[1]]
    }

    func image(of state: [Tensor]) -> Tensor {
      fault == .imageThatGrows ? .concatenated([state[0], state[1]], axis: 2) : state[0]
    }
  }

  private struct Total: AttackLoss {
    static let names = ["total"]
    func callAsFunction(_ logits: Tensor, _ labels: Tensor) -> Tensor { logits.marginLoss(labels).sum([0]) }
    func callAsFunction(_ logits: Tensor, _ labels: Tensor, toward targets: Tensor) -> Tensor {
      logits.sum()
    }
  }

  private func message(
    _ attack: any Attack, _ runner: AttackRunner = AttackRunner(tile: 8)
  ) async throws -> String {
    let subject = try await AttackedModel.convolutions(seed: 13)
    let error = await #expect(throws: AttackError.self) {
      try await runner.run(attack, on: subject.model, subject.samples, device: CPUDevice(threads: 1))
    }
    return error?.message ?? ""
  }

  @Test func statesMustCountSamples() async throws {
    #expect(try await message(Strange(fault: .stateOfNothing)).contains("float32[] for 8 samples"))
    #expect(try await message(Strange(fault: .stateOfImages)).contains("must count samples"))
    #expect(try await message(Strange(fault: .stateThatGrows)).contains("the types must stay"))
    #expect(try await message(Strange(fault: .imageThatGrows)).contains("the type must stay"))
  }

  @Test func aLossIsOneNumberASample() async throws {
    let attack = ProjectedGradientDescent(.l2(1), steps: 2, loss: Total())
    #expect(try await message(attack).contains("'total' is float32[] for 8 samples"))
  }

  @Test func countsBeyondThoseOfDevicesAreRefused() async throws {
    for count in [Int(Int32.max) + 1, .max, -1] {
      let attack = ProjectedGradientDescent(.l2(1), steps: count)
      #expect(try await message(attack).contains("number of steps"))
      let plain = ProjectedGradientDescent(.l2(1), steps: 1)
      #expect(try await message(plain, AttackRunner(restarts: count)).contains("restarts"))
    }
  }

  /// Ever so many restarts are only begun when there is room for them, and a cancelled task says what it has found.
  @Test(arguments: [true, false]) func anEndlessAttackCanBeInterrupted(_ stopsEarly: Bool) async throws {
    let subject = try await AttackedModel.convolutions(seed: 14)
    let begun = Atomic(0)
    let runner = AttackRunner(tile: 8, chunk: 2, restarts: Int(Int32.max), stopsEarly: stopsEarly)
    let task = Task {
      try await runner.run(
        ProjectedGradientDescent(.lInfinity(0.01), steps: Int(Int32.max)), on: subject.model,
        subject.samples, device: CPUDevice(threads: 1)
      ) { progress in
        #expect(progress.total > 1e18 && progress.done < 1e9)
        if begun.add(1, ordering: .relaxed).newValue == 5 {
          // SAFETY: the task is used while it runs.
          unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
        }
      }
    }
    let result = try await task.value
    let standing = result.samples.filter { $0.isCleanCorrect && !$0.hasFallen }
    #expect(!standing.isEmpty && standing.allSatisfy { $0.flags.contains(.interrupted) })
    #expect(result.findings.contains { $0.kind == .interrupted && $0.samples == standing.count })
    #expect(result.samples.allSatisfy { !$0.hasFallen || $0.adversarialClass != $0.label })
  }

  @Test func valuesOfAnotherModelAreRefused() async throws {
    let model = try await AttackedModel.convolutions(seed: 15).model
    let error = #expect(throws: LayerError.self) { try model.with(["third": HostArray([1], [1] as [Float])]) }
    #expect(error?.reason.contains("'third'") == true)
    let other = #expect(throws: LayerError.self) { try model.with(["head": HostArray([1], [1] as [Float])]) }
    #expect(other?.reason.contains("float32[5, 128]") == true)
    #expect(try model.with(model.values).values == model.values)
  }
}
