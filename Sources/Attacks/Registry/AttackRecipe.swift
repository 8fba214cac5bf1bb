public import Compute

/// An attack under the name that the command line knows, with what can be chosen of it.
public struct AttackRecipe: Sendable {
  /// What an attack looks for: see ``Goal``.
  public enum Aim: String, Hashable, Sendable, Codable {
    /// An image within a budget.
    case within
    /// The nearest image.
    case nearest
  }

  /// The name, then aliases.
  public let names: [String]
  /// One sentence for the help.
  public let summary: String
  /// What it looks for.
  public let aim: Aim
  /// What it asks of a model.
  public let access: ModelAccess
  /// How it can measure perturbations.
  public let norms: [VectorNorm]
  /// What can be chosen, with the defaults.
  public let settings: [(setting: Setting, usual: ParameterValue)]
  private let build: @Sendable (Goal, [Setting: ParameterValue]) -> (any Attack)?

  private init<Method: Attack>(
    _ names: [String], _ summary: String, _ aim: Aim, _ norms: [VectorNorm],
    _ make: @escaping @Sendable (Goal) -> Method?, usual: Method, _ settings: [SettingBinding<Method>]
  ) {
    (self.names, self.summary, self.aim, self.norms) = (names, summary, aim, norms)
    access = usual.access
    self.settings = settings.map { ($0.setting, $0.read(usual)) }
    build = { goal, chosen in
      guard var attack = make(goal) else { return nil }
      for binding in settings {
        if let value = chosen[binding.setting] { binding.write(&attack, value) }
      }
      return attack
    }
  }

  /// Describes an attack that has a budget.
  ///
  /// - Parameters:
  ///   - norms: Those that it can measure perturbations in; the common ones by default.
  ///   - make: Makes it with its defaults.
  ///   - settings: Its properties that can be chosen; defaults are the values that they have in what `make` makes.
  public init<Method: Attack>(
    _ names: [String], _ summary: String, norms: [VectorNorm] = [.infinity, .two],
    _ make: @escaping @Sendable (ThreatModel) -> Method, settings: [SettingBinding<Method>]
  ) {
    self.init(
      names, summary, .within, norms, { $0.threat.map(make) }, usual: make(.lInfinity(1)), settings)
  }

  /// Describes an attack that looks for the nearest image.
  ///
  /// - Parameters:
  ///   - norms: Those that it can measure perturbations in.
  ///   - make: Makes it with its defaults.
  ///   - settings: As in ``init(_:_:norms:_:settings:)``.
  public init<Method: Attack>(
    nearest names: [String], _ summary: String, norms: [VectorNorm],
    _ make: @escaping @Sendable (any Geometry) -> Method, settings: [SettingBinding<Method>]
  ) {
    self.init(
      names, summary, .nearest, norms,
      { goal in
        if case .nearest(let geometry) = goal { make(geometry) } else { nil }
      }, usual: make(LInfinityGeometry()), settings)
  }

  /// The first of its names.
  public var name: String { names.first ?? "" }

  /// Whether it listens to a setting.
  public func has(_ setting: Setting) -> Bool { settings.contains { $0.setting == setting } }

  /// Makes the attack.
  ///
  /// - Parameters:
  ///   - goal: Of its ``aim``, in one of its ``norms``.
  ///   - chosen: Values that ``Setting/value(parsing:)`` gives; defaults stand for what is left out.
  /// - Throws: ``AttackError`` for a goal that it does not have, and for a setting that has no effect on it.
  public func attack(
    _ goal: Goal, _ chosen: [Setting: ParameterValue] = [:]
  ) throws(AttackError) -> any Attack {
    if let idle = chosen.keys.filter({ !has($0) }).min(by: { $0.name < $1.name }) {
      throw AttackError(.usage, "the setting '\(idle.spellings[0])' has no effect on \(name); leave it out")
    }
    let norm = goal.geometry.norm
    guard norms.contains(norm) else {
      let known = norms.map(\.name).joined(separator: ", ")
      throw AttackError(.usage, "\(name) does not measure in \(norm.name); it does in \(known)")
    }
    guard let attack = build(goal, chosen) else {
      throw AttackError(
        .usage,
        aim == .within
          ? "\(name) needs a budget" : "\(name) looks for the nearest image and takes no budget; leave it out"
      )
    }
    return attack
  }

  /// Makes an attack that has a budget.
  public func attack(
    _ threat: ThreatModel, _ chosen: [Setting: ParameterValue] = [:]
  ) throws(AttackError) -> any Attack { try attack(.within(threat), chosen) }
}

extension AttackRecipe {
  /// Every attack; a new one is a file and a line here.
  public static let all: [AttackRecipe] = [
    .fastGradient,
    .basicIterative,
    .projectedGradientDescent,
    .momentumIterative,
    .autoProjectedGradient,
    .decoupledDirection,
    .square,
    .rayS,
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
