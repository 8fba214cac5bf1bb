import ArgumentParser
import Attacks

/// Which attack is made, within which budget.
///
/// Names that users of other libraries know are accepted beside the first ones.
struct AttackChoice: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The attack: \(AttackRecipe.all.map { "\($0.name) (\($0.summary))" }.joined(separator: ", ")).",
      valueName: AttackRecipe.all.map(\.name).joined(separator: "|")),
    transform: { try AttackRecipe.named($0.lowercased()) })
  var attack: AttackRecipe = .projectedGradientDescent

  @Option(
    help: ArgumentHelp("How a perturbation is measured.", valueName: "linf|l2"),
    transform: { try ThreatModelRecipe(argument: $0) })
  var norm: ThreatModelRecipe?

  @Option(
    name: [.customLong("eps"), .customLong("epsilon")], parsing: .unconditional,
    help: ArgumentHelp(
      "The budget: the largest perturbation, in units of pixels of 0...1, as in 8/255 or 0.3.",
      valueName: "size"),
    transform: { try Ratio(parsing: $0) })
  var eps: Ratio

  @Option(
    name: [
      .customLong("alpha"), .customLong("step-size"), .customLong("eps-step"), .customLong("eps-iter"),
    ], parsing: .unconditional,
    help: ArgumentHelp("How far a step goes; a quarter of the budget by default.", valueName: "size"),
    transform: { try Ratio(parsing: $0) })
  var alpha: Ratio?

  @Option(
    name: [
      .customLong("steps"), .customLong("iterations"), .customLong("max-iter"), .customLong("nb-iter"),
      .customLong("num-steps"),
    ], parsing: .unconditional,
    help: ArgumentHelp("Steps of a restart; 10 by default.", valueName: "n"))
  var steps: Int?

  @Option(
    name: [.customLong("restarts"), .customLong("random-restarts")], parsing: .unconditional,
    help: ArgumentHelp("How many starts are tried for a sample.", valueName: "n"))
  var restarts = 1

  @Flag(
    name: [.customLong("no-random-start"), .customLong("no-rand-init")],
    help: "Start from the clean image instead of a random one within the budget.")
  var noRandomStart = false

  @Option(help: ArgumentHelp("What is maximised: ce, margin or dlr.", valueName: "ce|margin|dlr"))
  var loss = LossArgument.crossEntropy

  @Flag(help: "Go on with a sample after it has fallen, to find the image of largest loss.")
  var noEarlyStop = false

  func validate() throws {
    if let steps, steps < 1 { throw ValidationError("--steps \(steps): at least 1 is needed") }
    if restarts < 1 { throw ValidationError("--restarts \(restarts): at least 1 is needed") }
  }
}

extension ThreatModelRecipe {
  /// The threat model that people mean: `inf`, `linfty` and `2` are names too.
  fileprivate init(argument: String) throws {
    let name = argument.lowercased()
    let aliases = ["inf": "linf", "linfty": "linf", "l_inf": "linf", "2": "l2", "l_2": "l2"]
    self = try ThreatModelRecipe.named(aliases[name] ?? name)
  }
}

extension AttackChoice {
  /// The attack, and what was asked for without any effect on it.
  ///
  /// - Throws: `AttackError` for what makes no sense together.
  func made() throws -> (attack: any IterativeAttack, warnings: [Warning]) {
    let threat = (norm ?? ThreatModelRecipe.all[0]).threat(eps)
    var options = AttackOptions(loss: loss.loss)
    var warnings: [Warning] = []
    func choose(_ option: AttackRecipe.Option, _ name: String, _ isGiven: Bool, _ set: () -> Void) {
      guard isGiven else { return }
      if attack.options.contains(option) { return set() }
      warnings.append(
        Warning(kind: "ineffective", message: "\(name) has no effect on the attack \(attack.name)"))
    }
    // A quarter as a ratio, so that it is printed as 2/255 where the budget is 8/255.
    if attack.options.contains(.stepSize) {
      options.stepSize = .absolute(alpha ?? Ratio(eps.numerator / 4, over: eps.denominator))
    } else {
      choose(.stepSize, "--alpha", alpha != nil) {}
    }
    choose(.steps, "--steps", steps != nil) { options.steps = steps }
    choose(.startsAtRandom, "--no-random-start", noRandomStart) { options.startsAtRandom = false }
    let made = try attack.attack(threat, options)
    if restarts > 1, !made.drawsRandomly {
      throw ValidationError(
        "--restarts \(restarts): without a random start all restarts of \(made.name) are the same")
    }
    return (made, warnings)
  }
}
