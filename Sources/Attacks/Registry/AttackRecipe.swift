/// An attack under the name that the command line knows, with what can be chosen of it.
public struct AttackRecipe: Sendable {
  /// The name, then aliases.
  public let names: [String]
  /// One sentence for the help.
  public let summary: String
  /// What can be chosen, with the defaults.
  public let settings: [(setting: Setting, usual: ParameterValue)]
  private let build: @Sendable (any ThreatModel, [Setting: ParameterValue]) -> any IterativeAttack

  /// Describes an attack.
  ///
  /// - Parameters:
  ///   - make: Makes it with its defaults.
  ///   - settings: Its properties that can be chosen; defaults are the values that they have in what `make` makes.
  public init<Method: IterativeAttack>(
    _ names: [String], _ summary: String, _ make: @escaping @Sendable (any ThreatModel) -> Method,
    settings: [SettingBinding<Method>]
  ) {
    self.names = names
    self.summary = summary
    let usual = make(LInfinityBall(1))
    self.settings = settings.map { ($0.setting, $0.read(usual)) }
    build = { threat, chosen in
      var attack = make(threat)
      for binding in settings {
        if let value = chosen[binding.setting] { binding.write(&attack, value) }
      }
      return attack
    }
  }

  /// The first of its names.
  public var name: String { names.first ?? "" }

  /// Whether it listens to a setting.
  public func has(_ setting: Setting) -> Bool { settings.contains { $0.setting == setting } }

  /// Makes the attack.
  ///
  /// - Parameter chosen: Values that ``Setting/value(parsing:)`` gives; defaults stand for what is left out.
  /// - Throws: ``AttackError`` for a setting that has no effect on it.
  public func attack(
    _ threat: some ThreatModel, _ chosen: [Setting: ParameterValue] = [:]
  ) throws(AttackError) -> any IterativeAttack {
    if let idle = chosen.keys.filter({ !has($0) }).min(by: { $0.name < $1.name }) {
      throw AttackError(.usage, "the setting '\(idle.spellings[0])' has no effect on \(name); leave it out")
    }
    return build(threat, chosen)
  }
}

extension AttackRecipe {
  /// Every attack; a new one is a file and a line here.
  public static let all: [AttackRecipe] = [
    .fastGradient,
    .basicIterative,
    .projectedGradientDescent,
    .momentumIterative,
    .autoProjectedGradient,
  ]

  /// Every setting of every attack, in order of their first use.
  public static let allSettings: [Setting] = all.flatMap(\.settings).reduce(into: []) { all, next in
    if !all.contains(next.setting) { all.append(next.setting) }
  }

  /// The attack of this name or alias.
  ///
  /// - Throws: ``AttackError`` that lists the names.
  public static func named(_ name: String) throws -> AttackRecipe {
    if let recipe = all.first(where: { $0.names.contains(name) }) { return recipe }
    let names = all.map(\.name).joined(separator: ", ")
    throw AttackError(.usage, "there is no attack '\(name)'; there are \(names)")
  }
}
