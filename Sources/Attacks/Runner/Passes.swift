internal import Compute

/// Passes through a network, for one sample each.
///
/// For an attack that asks for no gradient, passes forward are its queries.
public struct Passes: Hashable, Sendable, Codable {
  /// Evaluations.
  public var forward: Int
  /// Derivatives with respect to the input.
  public var backward: Int

  /// Makes a count.
  public init(forward: Int = 0, backward: Int = 0) {
    self.forward = forward
    self.backward = backward
  }

  /// Both counts added.
  public static func + (a: Passes, b: Passes) -> Passes {
    Passes(forward: a.forward + b.forward, backward: a.backward + b.backward)
  }

  /// Both counts added.
  public static func += (a: inout Passes, b: Passes) { a = a + b }

  /// Both counts times a number.
  public static func * (a: Passes, factor: Int) -> Passes {
    Passes(forward: a.forward * factor, backward: a.backward * factor)
  }
}

extension Passes {
  /// What a graph counts.
  init(_ count: PassCount) { self.init(forward: count.forward, backward: count.backward) }

  static func - (a: Passes, b: Passes) -> Passes {
    Passes(forward: a.forward - b.forward, backward: a.backward - b.backward)
  }

  /// The part of one of so many, rounded up.
  func share(of count: Int) -> Passes {
    Passes(forward: (forward + count - 1) / count, backward: (backward + count - 1) / count)
  }
}

/// What an attack costs a sample in one restart.
struct AttackCost: Sendable {
  /// To start.
  var start = Passes()
  /// To make a step from a point that has been judged, the judgement included.
  var step = Passes()

  /// For a restart that ends with the judgement of the point after `steps` steps.
  func passes(steps: Int) -> Passes { start + step * steps + Passes(forward: 1) }
}
