internal import Compute

/// What is remembered of each sample of a tile while it is attacked.
struct Track: TensorTree {
  /// Loss of the best point, `[N]`.
  var bestLoss: Tensor
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
  init(_ victim: Victim, cleanLoss: Tensor) {
    let scope = cleanLoss.scope
    bestLoss = cleanLoss
    firstFall = scope.full(cleanLoss.shape, -1, .int32)
    metNonFinite = scope.full(cleanLoss.shape, 0, .bool)
    (beganFlat, beganSteep) = (metNonFinite, metNonFinite)
    best = victim.images
  }

  mutating func forEachTensor(_ visit: (inout Tensor) -> Void) {
    visit(&bestLoss)
    visit(&firstFall)
    visit(&metNonFinite)
    visit(&beganFlat)
    visit(&beganSteep)
    visit(&best)
  }

  /// Remembers a point.
  ///
  /// A misclassified point is better than one that is not. Among equals the one of larger loss is better,
  /// unless the attack stops at the first misclassified point: then nothing after it counts.
  mutating func see(_ point: Answer, after step: Tensor, stopsEarly: Bool) {
    let stands = firstFall .< 0
    let falls = point.hasFallen && stands
    let hasMore = point.loss .> bestLoss
    let isLikeBest = stopsEarly ? stands : (stands || point.hasFallen) && !falls
    let isBetter = falls || (isLikeBest && hasMore)
    metNonFinite = metNonFinite || (stopsEarly ? !point.isFinite && stands : !point.isFinite)
    bestLoss = isBetter.select(point.loss, bestLoss)
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
