internal import Compute

/// What is remembered of each sample of a tile while it is attacked.
struct Track: TensorTree {
  /// What the best point is worth, `[N]`: see ``Goal/merit(of:from:)``.
  var merit: Tensor
  /// The step after which the sample fell first, `int32[N]`; -1 while it stands.
  var firstFall: Tensor
  /// Whether logits were not finite somewhere on the way, `bool[N]`.
  var metNonFinite: Tensor
  /// Whether the gradient at the start was exactly 0, `bool[N]`.
  var beganFlat: Tensor
  /// Whether the gradient at the start was not finite in every component, `bool[N]`.
  var beganSteep: Tensor
  /// The best point, `[N, ...]`.
  var best: Tensor

  /// How many tensors these are.
  static let count = 6
  /// The place of ``best`` among them.
  static let bestColumn = count - 1

  /// The beginning: the clean images are the best.
  ///
  /// - Parameter merit: What they are worth, `[N]`; nothing, if nil.
  init(_ victim: Victim, merit: Tensor? = nil) {
    let scope = victim.images.scope
    let samples: Shape = [victim.images.shape.extents.first ?? 1]
    self.merit = merit ?? scope.full(samples, -.infinity)
    firstFall = scope.full(samples, -1, .int32)
    metNonFinite = scope.full(samples, 0, .bool)
    (beganFlat, beganSteep) = (metNonFinite, metNonFinite)
    best = victim.images
  }

  mutating func forEachTensor(_ visit: (inout Tensor) -> Void) {
    visit(&merit)
    visit(&firstFall)
    visit(&metNonFinite)
    visit(&beganFlat)
    visit(&beganSteep)
    visit(&best)
  }

  /// Remembers a point.
  ///
  /// A point that has fallen is better than one that has not. Among equals the one of larger merit is better,
  /// unless the attack stops at the first that has fallen: then nothing after it counts.
  mutating func see(_ point: Answer, _ goal: Goal, after step: Tensor, stopsEarly: Bool) {
    let stands = firstFall .< 0
    let falls = point.hasFallen && stands
    let worth = goal.merit(of: point, from: point.clean)
    let hasMore = worth .> merit
    let isLikeBest = stopsEarly ? stands : (stands || point.hasFallen) && !falls
    let isBetter = falls || (isLikeBest && hasMore)
    metNonFinite = metNonFinite || (stopsEarly ? !point.isFinite && stands : !point.isFinite)
    merit = isBetter.select(worth, merit)
    best = isBetter.column(of: best).select(point.images, best)
    firstFall = falls.select(step.broadcast(to: firstFall.shape), firstFall)
  }

  /// Remembers whether the gradient at the start is exactly 0, and whether it is finite.
  mutating func noteSlope(_ gradient: (usable: Tensor, slope: Tensor), after step: Tensor) {
    let isWild = !(gradient.slope.absolute() .<= Double(Float.greatestFiniteMagnitude))
    let isSteep = isWild.cast(to: .float32).maximum(over: Array(1..<Swift.max(1, isWild.rank))) .> 0
    let isFlat = (gradient.usable.norm(.infinity) .== 0) && !isSteep
    beganFlat = beganFlat || (isFlat && (step .== 0))
    beganSteep = beganSteep || (isSteep && (step .== 0))
  }
}

extension Tensor {
  /// This tensor of `[N]` as `[N, 1, ...]`, to broadcast over samples.
  func column(of other: Tensor) -> Tensor {
    reshaped(Shape(shape.extents + [Int](repeating: 1, count: max(0, other.rank - 1))))
  }
}
