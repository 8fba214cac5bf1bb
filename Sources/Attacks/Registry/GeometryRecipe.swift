public import Compute

/// A geometry under the name that the command line knows.
public struct GeometryRecipe: Sendable {
  /// The name, then aliases.
  public let names: [String]
  /// The geometry, with pixels in 0...1.
  public let geometry: any Geometry

  /// The first of its names.
  public var name: String { names.first ?? "" }

  /// Every geometry; a new one is a file and a line here.
  public static let all = [
    GeometryRecipe(names: ["linf", "Linf"], geometry: LInfinityGeometry()),
    GeometryRecipe(names: ["l2", "L2"], geometry: L2Geometry()),
  ]

  /// The geometry of this name or alias.
  ///
  /// - Throws: ``AttackError`` that lists the names.
  public static func named(_ name: String) throws -> GeometryRecipe {
    if let recipe = all.first(where: { $0.names.contains(name) }) { return recipe }
    let names = all.map(\.name).joined(separator: ", ")
    throw AttackError(.usage, "there is no norm '\(name)'; there are \(names)")
  }

  /// All images within a budget.
  public func threat(_ budget: Ratio) -> ThreatModel { ThreatModel(geometry, budget) }
}

extension VectorNorm {
  /// The name that the command line knows.
  public var name: String {
    switch self {
    case .zero: "l0"
    case .one: "l1"
    case .two: "l2"
    case .infinity: "linf"
    }
  }
}
