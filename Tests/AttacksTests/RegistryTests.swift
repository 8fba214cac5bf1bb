import AttackTestSupport
import Attacks
import CPUBackend
import Compute
import Testing

/// Every attack that has a name obeys the laws, alone and through the runner.
@Suite struct RegistryTests {
  private static let names = AttackRecipe.all.map(\.name)

  @Test(arguments: names) func everyAttackObeysTheLaws(_ name: String) async throws {
    let recipe = try AttackRecipe.named(name)
    let device = try CPUDevice(threads: 2)
    let digits = ProjectedGradientDescentTests.digits
    for norm in recipe.norms {
      let geometry = try GeometryRecipe.named(norm.name)
      if try recipe.attack(recipe.usualGoal) is any SearchingAttack { continue }
      if recipe.aim == .nearest {
        let steps = recipe.length(30, queries: 200)
        try await checkNearest(digits, try recipe.attack(.nearest(geometry.geometry), steps), on: device)
      } else {
        let steps = recipe.length(8, queries: 200)
        try await checkAttack(
          digits, radii: norm == .infinity ? [0.05, 0.1, 0.3] : [0.3, 0.6, 2], on: device,
          threat: { geometry.threat(Ratio($0)) }, attack: { try recipe.attack($0, steps) })
      }
    }
  }

  /// What the runner returns depends on no tile, chunk or order, and passes are those that a graph counts.
  @Test(arguments: names) func everyAttackIsTheSameInEveryTile(_ name: String) async throws {
    let subject = try await AttackedModel.convolutions(seed: 12)
    let recipe = try AttackRecipe.named(name)
    let goal: Goal = recipe.aim == .within ? .within(.lInfinity(0.02)) : recipe.usualGoal
    let attack = try recipe.attack(goal, recipe.length(7, queries: 30))
    func run(_ tile: Int, _ chunk: Int, early: Bool = true) async throws -> AttackResult {
      try await AttackRunner(tile: tile, chunk: chunk, stopsEarly: early).run(
        attack, on: subject.model, subject.samples, device: CPUDevice(threads: 2))
    }
    let whole = try await run(64, 100)
    for (tile, chunk) in [(5, 1), (16, 3)] {
      let other = try await run(tile, chunk)
      #expect(other.adversarial == whole.adversarial && other.samples == whole.samples)
    }
    let late = try await run(64, 2, early: false)
    for (a, b) in zip(whole.samples, late.samples) {
      #expect(a.hasFallen == b.hasFallen && a.step == b.step)
      guard a.isCleanCorrect else { continue }
      if let search = attack as? any SearchingAttack {
        #expect((1...search.queries).contains(a.passes.forward) && a.passes.backward == 0)
        continue
      }
      let all = attack.stepCount ?? 1
      let steps = recipe.aim == .within ? a.step ?? all : all
      #expect(a.passes == Passes(forward: steps + 1, backward: recipe.access == .gradients ? steps : 0))
    }
  }
}

extension AttackRecipe {
  /// So many steps, or queries.
  func length(_ steps: Int, queries: Int) -> [Setting: ParameterValue] {
    has(.steps) ? [.steps: .count(steps)] : has(.queries) ? [.queries: .count(queries)] : [:]
  }

  /// A goal that it has.
  var usualGoal: Goal {
    guard let name = norms.first?.name, let geometry = try? GeometryRecipe.named(name) else {
      return .within(.lInfinity(0.1))
    }
    return aim == .within ? .within(geometry.threat(0.1)) : .nearest(geometry.geometry)
  }
}

extension Attack {
  /// How many steps it makes; nil where it only proposes.
  var stepCount: Int? { (self as? any IterativeAttack)?.steps }
}
