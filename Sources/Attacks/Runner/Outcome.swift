/// How a restart of a sample ended.
struct RestartEnd {
  let restart: Int
  /// The step after which it fell first, or nil.
  let firstFall: Int?
  let merit: Float
  let metNonFinite, beganFlat, beganSteep: Bool
}

/// The best of all restarts of a sample; the point itself lies among the images of the run.
struct Outcome {
  /// What the clean image is worth at first, then the best point.
  private(set) var merit: Float
  /// Whether the best point is another one than the clean image.
  private(set) var isFound = false
  /// The first restart that fell, and after how many steps.
  private(set) var fall: (restart: Int, step: Int)?
  private(set) var flags: Set<SampleResult.Flag> = []
  /// How many restarts were made to their end.
  private(set) var restarts = 0
  /// What was needed.
  private(set) var passes = Passes()
  private var bestRestart = -1
  private var bestHasFallen = false

  init(merit: Float) { self.merit = merit }

  /// Takes in a restart, in any order: a point that has fallen is better than one that has not, then the one
  /// of larger merit, then that of the earlier restart.
  ///
  /// - Parameter isComplete: Whether no steps of the restart are left out.
  /// - Returns: Whether the restart's point is the best one now.
  mutating func merge(_ end: RestartEnd, costing passes: Passes, isComplete: Bool) -> Bool {
    self.passes += passes
    if isComplete { restarts += 1 }
    if end.metNonFinite { flags.insert(.nonFiniteLogits) }
    if end.beganFlat { flags.insert(.zeroGradient) }
    if end.beganSteep && !end.metNonFinite { flags.insert(.nonFiniteGradient) }
    if let step = end.firstFall, fall.map({ end.restart < $0.restart }) ?? true { fall = (end.restart, step) }
    let hasFallen = end.firstFall != nil
    let isBetter =
      hasFallen != bestHasFallen
      ? hasFallen : end.merit > merit || (end.merit == merit && end.restart < bestRestart)
    guard isBetter else { return false }
    (merit, isFound, bestRestart, bestHasFallen) = (end.merit, true, end.restart, hasFallen)
    return true
  }
}
