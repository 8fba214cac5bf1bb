internal import Compute

/// When an image counts as adversarial.
///
/// Without targets, when at least ``top`` other logits exceed the label's by more than ``confidence``; with targets, when
/// fewer than ``top`` other logits reach the target's less ``confidence``. All logits have to be finite.
public struct Criterion: Hashable, Sendable, Codable {
  /// How many of the largest logits count as an answer, 1 or more: the label has to be out of them, or the target among
  /// them.
  ///
  /// A clean image whose label is among them counts as classified rightly.
  public var top: Int
  /// By how much logits have to exceed one another, in units of logits, 0 or more.
  public var confidence: Double

  /// Makes a criterion; by default another class than the label's will do, or the target has to be the first.
  public init(top: Int = 1, confidence: Double = 0) {
    self.top = top
    self.confidence = confidence
  }

  /// Whether it is met, `bool[N]`, among finite logits `[N, K]`.
  ///
  /// - Parameters:
  ///   - wanted: The classes of the targets, else of the labels, `int32[N]`.
  ///   - isTargeted: Which of both.
  func isMet(_ logits: Tensor, _ wanted: Tensor, isTargeted: Bool) -> Tensor {
    let classes = logits.shape[1]
    let isWanted = wanted.oneHot(classes) .> 0
    let own = isWanted.select(logits, logits.zeros).sum([1])
    let lowest = logits.scope.full(logits.shape, -Double(Float.greatestFiniteMagnitude))
    let others = isWanted.select(lowest, logits)
    let shift = confidence == 0 ? nil : confidence
    if top == 1 {
      let other = others.maximum(over: [1])
      return isTargeted
        ? own .> (shift.map { other + $0 } ?? other) : other .> (shift.map { own + $0 } ?? own)
    }
    let mark = (shift.map { isTargeted ? own - $0 : own + $0 } ?? own).reshaped([logits.shape[0], 1])
    let exceeds = (isTargeted ? others .>= mark : others .> mark) && !isWanted
    let count = exceeds.cast(to: .float32).sum([1])
    return isTargeted ? count .< Double(top) : count .>= Double(top)
  }

  /// Throws unless there are more classes than an answer holds.
  ///
  /// - Throws: ``AttackError`` of kind `usage`.
  func requireSense(classes: Int? = nil) throws(AttackError) {
    guard top >= 1, confidence >= 0, confidence.isFinite else {
      throw AttackError(
        .usage,
        "a criterion of the first \(top) logits by \(confidence) makes no sense; at least 1 and 0 are needed")
    }
    if let classes, top >= classes {
      throw AttackError(
        .usage,
        "the label is always among the first \(top) of \(classes) classes; let fewer count (\(classes - 1) at most)"
      )
    }
  }
}
