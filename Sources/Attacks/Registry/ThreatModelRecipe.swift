/// A threat model under the name that the command line knows.
public struct ThreatModelRecipe: Sendable {
  /// The name, then aliases.
  public let names: [String]
  /// Makes it for a budget, with pixels in 0...1.
  public let threat: @Sendable (Ratio) -> any ThreatModel

  /// The first of its names.
  public var name: String { names.first ?? "" }

  /// Every threat model; a new one is a file and a line here.
  public static let all = [
    ThreatModelRecipe(names: ["linf", "Linf"]) { LInfinityBall($0) },
    ThreatModelRecipe(names: ["l2", "L2"]) { L2Ball($0) },
  ]

  init(names: [String], threat: @escaping @Sendable (Ratio) -> any ThreatModel) {
    self.names = names
    self.threat = threat
  }

  /// The threat model of this name or alias.
  ///
  /// - Throws: ``AttackError`` that lists the names.
  public static func named(_ name: String) throws -> ThreatModelRecipe {
    if let recipe = all.first(where: { $0.names.contains(name) }) { return recipe }
    let names = all.map(\.name).joined(separator: ", ")
    throw AttackError(.usage, "there is no norm '\(name)'; there are \(names)")
  }
}
