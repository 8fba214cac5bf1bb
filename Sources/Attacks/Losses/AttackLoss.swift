public import Compute

/// What an attack maximises: one value a sample, from logits.
///
/// A loss has two forms. Without targets it grows as a sample leaves its label; with targets, as it
/// approaches its target. Values of different samples never mix, so the derivative of the sum is each
/// sample's own.
public protocol AttackLoss: Sendable {
  /// What the command line calls it: its name, then aliases.
  static var names: [String] { get }

  /// The loss of leaving the labels.
  ///
  /// - Parameters:
  ///   - logits: `[N, K]`.
  ///   - labels: `int32[N]`.
  /// - Returns: `[N]`.
  func callAsFunction(_ logits: Tensor, _ labels: Tensor) -> Tensor

  /// The loss of reaching the targets.
  ///
  /// - Parameters:
  ///   - logits: `[N, K]`.
  ///   - labels: `int32[N]`.
  ///   - targets: `int32[N]`.
  /// - Returns: `[N]`.
  func callAsFunction(_ logits: Tensor, _ labels: Tensor, toward targets: Tensor) -> Tensor

  /// How many classes it needs.
  static func leastClasses(isTargeted: Bool) -> Int
}

extension AttackLoss {
  /// Two.
  public static func leastClasses(isTargeted: Bool) -> Int { 2 }

  /// The first of its names.
  public var name: String { Self.names.first ?? "\(Self.self)" }
}

/// The losses that have names.
public enum AttackLosses {
  /// Every loss; a new one is a file and a line here.
  public static let all: [any AttackLoss] = [
    CrossEntropyLoss(),
    MarginLoss(),
    LogitRatioLoss(),
  ]

  /// The loss of this name or alias.
  ///
  /// - Throws: ``AttackError`` that lists the names.
  public static func named(_ name: String) throws -> any AttackLoss {
    if let loss = all.first(where: { type(of: $0).names.contains(name) }) { return loss }
    let names = all.map(\.name).joined(separator: ", ")
    throw AttackError(.usage, "there is no loss '\(name)'; there are \(names)")
  }
}
