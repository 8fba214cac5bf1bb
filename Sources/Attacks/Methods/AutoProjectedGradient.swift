public import Compute

/// Projected gradient steps with momentum, whose length each sample halves for itself when it makes too little progress.
///
/// Croce and Hein, "Reliable evaluation of adversarial robustness with an ensemble of diverse parameter-free attacks",
/// 2020, algorithm 1. At some steps each sample asks whether its loss grew in at least a share of the last ones, and
/// whether its best point has changed; if not, it goes on from its best point with steps of half the length.
public struct AutoProjectedGradient: IterativeAttack {
  /// What is within reach.
  public var threat: ThreatModel
  /// The length of the first step.
  public var stepSize: StepSize
  /// How many steps there are, 0 or more.
  public var steps: Int
  /// The share of steps, 0...1, in which the loss must have grown for the length to stay.
  public var progress: Double
  /// Whether the first image lies at random at the surface of the ball; else it is the clean one.
  public var startsAtRandom: Bool
  /// What is maximised.
  public var loss: any AttackLoss
  /// Whether the first loss after the start is compared with 0 instead of the loss at the start, as the authors' program
  /// does; tests that follow its path set it.
  package var comparesFirstLossWithZero = false

  /// Makes an attack; the defaults are those of the paper.
  public init(
    _ threat: ThreatModel, stepSize: StepSize = .relative(2), steps: Int = 100, progress: Double = 0.75,
    startsAtRandom: Bool = true, loss: some AttackLoss = .crossEntropy
  ) {
    self.threat = threat
    self.stepSize = stepSize
    self.steps = steps
    self.progress = progress
    self.startsAtRandom = startsAtRandom
    self.loss = loss
  }

  /// Within the threat model.
  public var goal: Goal { .within(threat) }
  /// "apgd".
  public var name: String { "apgd" }
  /// Whether it starts at random.
  public var drawsRandomly: Bool { startsAtRandom }
  /// The first step size, the share and the start.
  public var parameters: [String: ParameterValue] {
    [
      "stepSize": .ratio(stepSize.ratio(in: threat)), "progress": .number(progress),
      "randomStart": .flag(startsAtRandom),
    ]
  }

  /// Where a sample is, where it was best, and what it has seen since it last asked.
  public struct State: TensorTree {
    var image, previous, best, bestSlope: Tensor
    /// `[N]` each.
    var bestLoss, lastLoss, lossAtCheck, size, increases: Tensor
    /// `bool[N]`.
    var hasReduced: Tensor

    /// Visits all.
    public mutating func forEachTensor(_ visit: (inout Tensor) -> Void) {
      for path in [\Self.image, \.previous, \.best, \.bestSlope] { visit(&self[keyPath: path]) }
      for path in [\Self.bestLoss, \.lastLoss, \.lossAtCheck, \.size, \.increases] {
        visit(&self[keyPath: path])
      }
      visit(&hasReduced)
    }
  }

  /// A random image at the surface of the ball, moved into the range of pixels, or the clean one.
  public func start(_ victim: Victim) -> State {
    let images = victim.images
    let image = startsAtRandom ? surface(victim) : images
    let numbers = images.scope.full([images.shape.extents.first ?? 1], 0)
    let nothing = images.scope.full(numbers.shape, -.infinity)
    return State(
      image: image, previous: image, best: image, bestSlope: images.zeros, bestLoss: nothing,
      lastLoss: nothing,
      lossAtCheck: nothing,
      size: threat.geometry.sizes(stepSize.length(in: threat, for: images), for: images),
      increases: numbers, hasReduced: numbers .== 0)
  }

  private func surface(_ victim: Victim) -> Tensor {
    let images = victim.images
    let sample = images.shape.withoutSamples
    let drawn =
      threat.norm == .infinity
      ? victim.randomness.uniform(sample, in: -1..<1) : victim.randomness.normal(sample)
    let length = drawn.norm(threat.norm).maximum(Double(Float.leastNormalMagnitude)).column(of: images)
    return threat.project(images + drawn / length * threat.reach(from: images), around: images)
  }

  /// The image after a step.
  ///
  /// - Complexity: One backward pass.
  public func advance(_ state: State, at answer: Answer, step: Tensor, _ victim: Victim) -> State {
    var next = state
    var slope = answer.gradient()
    next.see(answer, slope, step: step, comparesWithZero: comparesFirstLossWithZero)
    let checks = Checkpoints(steps: steps).intervals(at: step)
    let isDue = checks .> 0
    let oscillates = next.increases .<= checks * progress
    let isStuck = !next.hasReduced && next.lossAtCheck .>= next.bestLoss
    let reduces = isDue && (oscillates || isStuck)

    next.hasReduced = isDue.select(reduces, next.hasReduced)
    next.lossAtCheck = isDue.select(next.bestLoss, next.lossAtCheck)
    next.increases = isDue.select(next.increases.zeros, next.increases)
    next.size = reduces.select(next.size * 0.5, next.size)
    let isBack = reduces.column(of: state.image)
    let from = isBack.select(next.best, state.image)
    slope = isBack.select(next.bestSlope, slope)

    let forward = threat.advance(from, along: slope, by: next.size, around: victim.images)
    let share = (step .== 0).select(step.scope.full(.scalar, 1), step.scope.full(.scalar, 0.75))
    let mixed = from + share * (forward - from) + (1 - share) * (from - state.previous)
    next.image = threat.project(mixed, around: victim.images)
    next.previous = from
    return next
  }

  /// The image.
  public func image(of state: State) -> Tensor { state.image }
}

extension AutoProjectedGradient.State {
  /// Remembers what was found at the image, and whether the loss has grown.
  fileprivate mutating func see(_ answer: Answer, _ slope: Tensor, step: Tensor, comparesWithZero: Bool) {
    let last = comparesWithZero ? (step .== 1).select(lastLoss.zeros, lastLoss) : lastLoss
    let grows = (answer.loss .> last) && (step .> 0)
    increases = increases + grows.cast(to: .float32)
    lastLoss = answer.loss
    // The start is the best point so far whatever its loss is.
    let isBetter = (answer.loss .> bestLoss) || (step .== 0)
    bestLoss = isBetter.select(answer.loss, bestLoss)
    best = isBetter.column(of: image).select(image, best)
    bestSlope = isBetter.column(of: image).select(slope, bestSlope)
  }
}

/// When samples ask for their progress: after intervals that shrink.
struct Checkpoints {
  let steps: Int

  /// For each number of steps that were made, 0 to `steps` - 1, how many were made since the check before; 0 where there is
  /// no check.
  var intervals: [Float] {
    func share(_ part: Double) -> Int { max(1, Int(part * Double(steps))) }
    var intervals = [Float](repeating: 0, count: max(1, steps))
    var (interval, made) = (share(0.22), 0)
    while made + interval < steps {
      made += interval
      intervals[made] = Float(interval)
      interval = max(interval - share(0.03), share(0.06))
    }
    return intervals
  }

  /// The interval that ends after `step` steps, a scalar; 0 where there is no check.
  func intervals(at step: Tensor) -> Tensor {
    let intervals = step.scope.constant(HostArray([max(1, steps)], intervals))
    return intervals.taking(step.reshaped([1]), axis: 0).reshaped(.scalar)
  }
}

extension Setting {
  /// The share of steps in which the loss must have grown.
  public static let progress = Setting(
    "progress", ["progress", "rho"], .number(0...1),
    "The share of steps in which the loss must grow, else they are halved.")
}

extension AttackRecipe {
  /// Auto-PGD.
  public static let autoProjectedGradient = AttackRecipe(
    ["apgd", "auto-pgd"], "steps with momentum that each sample halves when progress stalls",
    { AutoProjectedGradient($0) },
    settings: [
      .steps(\.steps), .stepSize(\.stepSize), .number(.progress, \.progress),
      .flag(.randomStart, \.startsAtRandom),
      .loss(\.loss),
    ])
}
