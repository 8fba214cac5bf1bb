/// What a user may choose of an attack; nil where nothing was chosen.
public struct AttackOptions: Sendable {
  /// How far a step goes.
  public var stepSize: StepSize?
  /// How many steps there are.
  public var steps: Int?
  /// Whether the first image is drawn at random.
  public var startsAtRandom: Bool?
  /// What is maximised.
  public var loss: (any AttackLoss)?

  /// Makes options.
  public init(
    stepSize: StepSize? = nil, steps: Int? = nil, startsAtRandom: Bool? = nil, loss: (any AttackLoss)? = nil
  ) {
    self.stepSize = stepSize
    self.steps = steps
    self.startsAtRandom = startsAtRandom
    self.loss = loss
  }
}

/// An attack under the name that the command line knows.
public struct AttackRecipe: Sendable {
  /// What an attack can be told.
  public enum Option: String, CaseIterable, Sendable {
    /// ``AttackOptions/stepSize``.
    case stepSize = "step size"
    /// ``AttackOptions/steps``.
    case steps = "number of steps"
    /// ``AttackOptions/startsAtRandom``.
    case startsAtRandom = "random start"
    /// ``AttackOptions/loss``.
    case loss = "loss"
  }

  /// The name, then aliases.
  public let names: [String]
  /// One sentence for the help.
  public let summary: String
  /// What it listens to.
  public let options: Set<Option>
  private let build: @Sendable (any ThreatModel, AttackOptions) -> any IterativeAttack

  /// Describes an attack.
  ///
  /// - Parameter build: Makes it, from what was chosen among `options`.
  public init(
    _ names: [String], _ summary: String, options: Set<Option>,
    build: @escaping @Sendable (any ThreatModel, AttackOptions) -> any IterativeAttack
  ) {
    self.names = names
    self.summary = summary
    self.options = options
    self.build = build
  }

  /// The first of its names.
  public var name: String { names.first ?? "" }

  /// Makes the attack.
  ///
  /// - Throws: ``AttackError`` for an option that has no effect on it, and for a negative number of steps.
  public func attack(
    _ threat: some ThreatModel, _ chosen: AttackOptions = AttackOptions()
  ) throws
    -> any IterativeAttack
  {
    if let idle = chosen.chosen.first(where: { !options.contains($0) }) {
      throw AttackError(.usage, "the \(idle.rawValue) has no effect on \(name); leave it out")
    }
    if let steps = chosen.steps, steps < 0 {
      throw AttackError(.usage, "the number of steps must be 0 or more, not \(steps)")
    }
    return build(threat, chosen)
  }
}

extension AttackOptions {
  fileprivate var chosen: [AttackRecipe.Option] {
    AttackRecipe.Option.allCases.filter {
      switch $0 {
      case .stepSize: stepSize != nil
      case .steps: steps != nil
      case .startsAtRandom: startsAtRandom != nil
      case .loss: loss != nil
      }
    }
  }
}

extension AttackRecipe {
  /// Every attack; a new one is a file and a line here.
  public static let all: [AttackRecipe] = [
    .fastGradient,
    .basicIterative,
    .projectedGradientDescent,
  ]

  /// The attack of this name or alias.
  ///
  /// - Throws: ``AttackError`` that lists the names.
  public static func named(_ name: String) throws -> AttackRecipe {
    if let recipe = all.first(where: { $0.names.contains(name) }) { return recipe }
    let names = all.map(\.name).joined(separator: ", ")
    throw AttackError(.usage, "there is no attack '\(name)'; there are \(names)")
  }
}
