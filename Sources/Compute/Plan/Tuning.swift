/// Which parameters kernels are launched with where several give the same bits: how much of a layer one work-item
/// covers, never which kernel computes it.
public struct Tuning: Hashable, Sendable, Codable {
  /// For each layer that was measured, what its fastest choice is called.
  public private(set) var choices: [String: String]
  /// The position that layers without a choice take, where they have so many; 0 is the one made without measuring.
  var position = 0

  private enum CodingKeys: CodingKey { case choices }

  /// Choices by layer, both as a ``Tuner`` has found them.
  public init(_ choices: [String: String] = [:]) { self.choices = choices }

  /// No measurements: every layer takes its first candidate.
  public static let none = Tuning()

  /// What each of these layers takes, by its position, as far as it has so many.
  static func everywhere(_ position: Int) -> Tuning {
    var tuning = Tuning()
    tuning.position = position
    return tuning
  }

  /// These choices, and those of `other` where both know a layer.
  public func merging(_ other: Tuning) -> Tuning {
    Tuning(choices.merging(other.choices) { $1 })
  }

  /// The position of the choice among candidates; 0 if it is none of them.
  func position(of layer: String, among candidates: [String]) -> Int {
    guard let choice = choices[layer] else { return min(position, candidates.count - 1) }
    return candidates.firstIndex(of: choice) ?? 0
  }
}

/// A launch whose parameters may be chosen by measuring.
public struct TunableLaunch: Hashable, Sendable {
  /// The kernel and what of the layer matters to it; launches of layers that are alike share it.
  public let layer: String
  /// What can be chosen, the unmeasured choice first.
  public let candidates: [String]
  /// The position of what was chosen.
  public let position: Int
}

extension Lowering {
  /// The candidate to launch a kernel with for layers like this, which the next launch is noted to depend on.
  ///
  /// - Parameters:
  ///   - layer: The kernel, and what tells layers apart, in words; the number of samples is no part of it.
  ///   - candidates: At least one; equal descriptions count once.
  func tuned<Candidate: CustomStringConvertible>(_ layer: String, _ candidates: [Candidate]) -> Candidate {
    var names: [String] = []
    let distinct = candidates.filter { candidate in
      let isNew = !names.contains(candidate.description)
      if isNew { names.append(candidate.description) }
      return isNew
    }
    let position = planner.tuning.position(of: layer, among: names)
    planner.tunable = TunableLaunch(layer: layer, candidates: names, position: position)
    return distinct[position]
  }
}
