/// How a restart of a sample ended.
struct RestartEnd {
  let restart: Int
  /// The step after which it fell first, or nil.
  let firstFall: Int?
  let bestLoss: Float
  let metNonFinite, beganFlat, beganSteep: Bool
}

/// The best of all restarts of a sample; the point itself lies among the images of the run.
struct Outcome {
  /// The clean image's loss at first, then that of the best point.
  private(set) var loss: Float
  /// Whether the best point is another one than the clean image.
  private(set) var isFound = false
  /// The first restart that fell, and after how many steps.
  private(set) var fall: (restart: Int, step: Int)?
  private(set) var flags: Set<SampleResult.Flag> = []
  /// What was needed.
  private(set) var passes = Passes()
  private var bestRestart = -1
  private var bestHasFallen = false

  init(cleanLoss: Float) { loss = cleanLoss }

  /// Takes in a restart, in any order: a point that has fallen is better than one that has not, then the one
  /// of larger loss, then that of the earlier restart.
  ///
  /// - Returns: Whether the restart's point is the best one now.
  mutating func merge(_ end: RestartEnd, costing passes: Passes) -> Bool {
    self.passes += passes
    if end.metNonFinite { flags.insert(.nonFiniteLogits) }
    if end.beganFlat { flags.insert(.zeroGradient) }
    if end.beganSteep && !end.metNonFinite { flags.insert(.nonFiniteGradient) }
    if let step = end.firstFall, fall.map({ end.restart < $0.restart }) ?? true { fall = (end.restart, step) }
    let hasFallen = end.firstFall != nil
    let isBetter =
      hasFallen != bestHasFallen
      ? hasFallen : end.bestLoss > loss || (end.bestLoss == loss && end.restart < bestRestart)
    guard isBetter else { return false }
    (loss, isFound, bestRestart, bestHasFallen) = (end.bestLoss, true, end.restart, hasFallen)
    return true
  }
}
