/// How far a run is.
public struct AttackProgress: Hashable, Sendable {
  /// Units of work that are done, or have turned out to be needless: steps of a sample.
  public let done: Int
  /// Units of work altogether.
  public let total: Int
  /// Samples that have fallen so far.
  public let fallen: Int
}

/// Is told how far a run is, after every tile.
public typealias AttackProgressHandler = @Sendable (AttackProgress) -> Void

/// Counts the units of work of a run: every sample costs one, and every restart of it as many as there are
/// steps.
struct ProgressCounter {
  let total: Int
  let handler: AttackProgressHandler?
  var fallen = 0
  private var done = 0

  init(total: Int, _ handler: AttackProgressHandler?) {
    self.total = total
    self.handler = handler
  }

  mutating func add(_ units: Int) { done += units }

  func report() { handler?(AttackProgress(done: done, total: total, fallen: fallen)) }
}
