/// How far a run is.
///
/// Work is counted in steps of a sample, in floating point, as there may be more than an integer counts. Samples that are
/// not attacked are none of it, and what a fallen sample is spared counts no more from then on; so `done` grows as fast
/// as the device works, and `total` shrinks.
public struct AttackProgress: Hashable, Sendable {
  /// Which of the attacks runs, from 0.
  public let attack: Int
  /// Steps that were made.
  public let done: Double
  /// Steps that were made or are still to be made.
  public let total: Double
  /// Samples that have fallen so far.
  public let fallen: Int
}

/// Is told how far a run is, after every tile.
public typealias AttackProgressHandler = @Sendable (AttackProgress) -> Void

/// Counts the steps of a run.
struct ProgressCounter {
  let attack: Int
  let handler: AttackProgressHandler?
  var fallen = 0
  private var done = 0.0
  private var rest = 0.0

  init(attack: Int, _ handler: AttackProgressHandler?) {
    self.attack = attack
    self.handler = handler
  }

  /// Puts these restarts of so many steps among what is to be done, or takes them out of it.
  mutating func expect(_ restarts: Int, of steps: Int) { rest += Double(restarts) * Double(steps) }

  /// Counts steps that were made.
  mutating func add(_ steps: Int) {
    done += Double(steps)
    rest -= Double(steps)
  }

  func report() {
    handler?(AttackProgress(attack: attack, done: done, total: done + max(0, rest), fallen: fallen))
  }
}
