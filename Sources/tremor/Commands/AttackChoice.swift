import ArgumentParser
import Attacks

/// Which attack is made, within which budget.
///
/// Names that users of other libraries know are accepted beside the first ones.
struct AttackChoice: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The attack: \(AttackRecipe.all.map { "\($0.name) (\($0.summary))" }.joined(separator: ", ")); "
        + "\(AttackRecipe.projectedGradientDescent.name) by default.",
      valueName: AttackRecipe.all.map(\.name).joined(separator: "|")),
    transform: { try AttackRecipe.named($0.lowercased()) })
  var attack: AttackRecipe = .projectedGradientDescent

  @Option(
    help: ArgumentHelp(
      "How a perturbation is measured; by default linf, or what the attack measures in.", valueName: "linf|l2"
    ),
    transform: { try GeometryRecipe(argument: $0) })
  var norm: GeometryRecipe?

  @Option(
    name: [.customLong("eps"), .customLong("epsilon")], parsing: .unconditional,
    help: ArgumentHelp(
      "The budget: the largest perturbation, in units of pixels of 0...1, as in 8/255 or 0.3; several, as in "
        + "2/255,4/255,8/255, are attacked one after the other, and what fell within a smaller one counts for larger ones. "
        + "Needed but for attacks that look for the nearest image: there none by default, and accuracies within them are "
        + "said.", valueName: "size"),
    transform: { try BudgetList($0) })
  var eps: BudgetList?

  @OptionGroup var settings: SettingArguments
  @OptionGroup var criterion: CriterionOptions

  @Option(
    name: [.customLong("restarts"), .customLong("random-restarts")], parsing: .unconditional,
    help: ArgumentHelp("How many starts are tried for a sample, at most \(mostSteps).", valueName: "n"))
  var restarts = 1

  @Flag(help: "Go on with a sample after it has fallen, to find the image of largest loss.")
  var noEarlyStop = false

  func validate() throws {
    _ = try settings.chosen()
    try requireCount(restarts, in: 1...AttackChoice.mostSteps, "--restarts")
  }

  /// More than anybody waits for; the passes that so many restarts of so many steps take can still be counted.
  static let mostSteps = 1_000_000
}

/// Budgets of which each is larger than the one before.
struct BudgetList {
  let budgets: [Ratio]

  /// Reads sizes with commas between them.
  ///
  /// - Throws: `AttackError` for what is no size; `ValidationError` for sizes that do not grow.
  init(_ text: String) throws {
    budgets = try text.split(separator: ",", omittingEmptySubsequences: false).map {
      try Ratio(parsing: String($0))
    }
    for (smaller, larger) in zip(budgets, budgets.dropFirst()) where smaller >= larger {
      throw ValidationError(
        "\(smaller) comes before \(larger); give every budget once, the smallest first")
    }
  }
}

extension GeometryRecipe {
  /// The norm that people mean: `inf`, `linfty` and `2` are names too.
  fileprivate init(argument: String) throws {
    let name = argument.lowercased()
    let aliases = ["inf": "linf", "linfty": "linf", "l_inf": "linf", "2": "l2", "l_2": "l2"]
    self = try GeometryRecipe.named(aliases[name] ?? name)
  }
}

extension AttackChoice {
  /// How a perturbation is measured.
  var measure: GeometryRecipe {
    norm ?? GeometryRecipe.all.first { attack.norms.contains($0.geometry.norm) } ?? GeometryRecipe.all[0]
  }

  /// The budgets that were given.
  var budgets: [Ratio] { eps?.budgets ?? [] }

  private func goals() throws -> [Goal] {
    if attack.aim == .nearest { return [.nearest(measure.geometry)] }
    guard let eps else { throw ValidationError("--eps: \(attack.name) needs a budget, as in --eps 8/255") }
    return eps.budgets.map { .within(measure.threat($0)) }
  }

  /// The attack for each budget, or the one that needs none, and what was asked for without any effect on it.
  ///
  /// - Throws: `AttackError` for what makes no sense together.
  func made() throws -> (attacks: [any Attack], warnings: [Warning]) {
    var (values, warnings): ([Setting: ParameterValue], [Warning]) = ([:], [])
    for (setting, value, spelling) in try settings.chosen() {
      if attack.has(setting) {
        values[setting] = value
      } else {
        let name = value == .flag(false) ? "--no-\(spelling)" : "--\(spelling)"
        warnings.append(
          Warning(kind: "ineffective", message: "\(name) has no effect on the attack \(attack.name)"))
      }
    }
    let made = try goals().map { try attack.attack($0, values) }
    if restarts > 1, let attack = made.first(where: { !$0.drawsRandomly }) {
      throw ValidationError(
        "--restarts \(restarts): without a random start all restarts of \(attack.name) are the same")
    }
    return (made, warnings)
  }
}
