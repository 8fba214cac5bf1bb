/// What a launch of a plan is for, as a profile tells people; no part of what is computed.
public struct LaunchPurpose: Sendable {
  /// What a launch does for its operation.
  public enum Part: String, Hashable, Sendable, Codable {
    /// It computes the result, or a step of it.
    case operation
    /// It writes an input to memory in the form that the operation's kernel reads.
    case operand
    /// It packs what may stay the same between runs, such as weights.
    case preparation
  }

  /// The operation, as in `convolution + bias + relu`.
  public let operation: String
  /// Where the operation comes from: the scope of its weight, as in `features.0`, else the place in the program that
  /// built it, as in `App/Model.swift:12`; empty where neither is known.
  public let layer: String
  /// What the launch does for the operation.
  public let part: Part
  /// Products that are summed, counted as ``Graph/multiplyAdds`` counts them, whatever the kernel does instead; all
  /// those of an operation belong to one of its launches.
  public let multiplyAdds: Int
  /// Why this kernel runs and no other, in a sentence; nil where there is no choice to explain.
  public let reason: String?
}

extension LaunchPurpose {
  /// What the launches between the operations of a graph are for, such as storing an output.
  ///
  /// - Parameter parameter: The parameter they belong to, if there is one.
  static func moving(_ what: String, parameter: String? = nil) -> LaunchPurpose {
    LaunchPurpose(
      operation: what, layer: parameter.map(layer(of:)) ?? "", part: .operation, multiplyAdds: 0, reason: nil)
  }

  /// The layer that a parameter belongs to: its name without the last part, which says what it is there.
  static func layer(of parameter: String) -> String {
    let scope = parameter.split(separator: ".").dropLast().joined(separator: ".")
    return scope.isEmpty ? parameter : scope
  }
}

/// Which purpose each launch gets while a graph is lowered.
struct PurposeTracker {
  private var current = LaunchPurpose.moving("plan")
  private var hasOperands = false
  private var reason: String?
  private var isCounted = false
  /// Whether what is emitted is packed for later.
  var isPreparing = false
  /// Whether what is emitted writes a value to memory for whoever reads it there.
  var isStoring = false

  /// Begins with what follows.
  ///
  /// - Parameter hasOperands: Whether values are written to memory for it, and not as its result.
  mutating func begin(_ purpose: LaunchPurpose, hasOperands: Bool = false) {
    (current, self.hasOperands, reason, isCounted) = (purpose, hasOperands, nil, false)
    (isPreparing, isStoring) = (false, false)
  }

  /// Explains the kernels that follow.
  mutating func explain(_ reason: String) { self.reason = reason }

  /// The purpose of the next launch.
  ///
  /// - Parameter counts: Whether it may stand for the operation's multiply-adds; the first such launch does.
  mutating func next(counts: Bool) -> LaunchPurpose {
    let part: LaunchPurpose.Part =
      isPreparing ? .preparation : isStoring && hasOperands ? .operand : .operation
    let takesWork = counts && part == .operation && !isCounted
    if takesWork { isCounted = true }
    return LaunchPurpose(
      operation: current.operation, layer: current.layer, part: part,
      multiplyAdds: takesWork ? current.multiplyAdds : 0, reason: part == .operation ? reason : nil)
  }
}
