public import Compute

/// Steps along a running sum of gradients, each scaled to a mean of 1 before it is added, from the clean image.
///
/// Dong et al., "Boosting adversarial attacks with momentum", 2018, equations 6 and 7 for the largest change, 8 for the
/// Euclidean norm. The paper divides gradients by the sum of their absolute values, public implementations by the mean:
/// both give the same images. What it finds transfers to other models more often than what
/// ``ProjectedGradientDescent`` finds.
public struct MomentumIterative: IterativeAttack {
  /// What is within reach.
  public var threat: ThreatModel
  /// How far a step goes.
  public var stepSize: StepSize
  /// How many steps there are, 0 or more.
  public var steps: Int
  /// The share of the sum that is kept at each step, 0 or more; with 0 this is ``BasicIterative``.
  public var decay: Double
  /// What is maximised.
  public var loss: any AttackLoss

  /// Makes an attack; by default steps add up to the budget, as in the paper.
  public init(
    _ threat: ThreatModel, stepSize: StepSize = .relative(0.1), steps: Int = 10, decay: Double = 1,
    loss: some AttackLoss = .crossEntropy
  ) {
    self.threat = threat
    self.stepSize = stepSize
    self.steps = steps
    self.decay = decay
    self.loss = loss
  }

  /// An image and the sum of gradients that led to it.
  public struct State: TensorTree {
    var image: Tensor
    var momentum: Tensor

    /// Visits both.
    public mutating func forEachTensor(_ visit: (inout Tensor) -> Void) {
      visit(&image)
      visit(&momentum)
    }
  }

  /// Within the threat model.
  public var goal: Goal { .within(threat) }
  /// "mi-fgsm".
  public var name: String { "mi-fgsm" }
  /// False.
  public var drawsRandomly: Bool { false }
  /// The step size and the decay.
  public var parameters: [String: ParameterValue] {
    ["stepSize": .ratio(stepSize.ratio(in: threat)), "decay": .number(decay)]
  }

  /// The clean images, and no gradient.
  public func start(_ victim: Victim) -> State { State(image: victim.images, momentum: victim.images.zeros) }

  /// The image after a step along the sum.
  ///
  /// - Complexity: One backward pass.
  public func advance(_ state: State, at answer: Answer, step: Tensor, _ victim: Victim) -> State {
    let momentum = decay * state.momentum + answer.gradient().scaledToMeanOne()
    let image = threat.advance(
      state.image, along: momentum, by: stepSize.length(in: threat, for: victim.images), around: victim.images
    )
    return State(image: image, momentum: momentum)
  }

  /// The image.
  public func image(of state: State) -> Tensor { state.image }
}

extension Tensor {
  /// Each sample divided by the mean of its absolute values; one of zeros stays.
  ///
  /// The largest is made 1 first, so that no sum overflows, and gradients of saturated models count as others do.
  func scaledToMeanOne() -> Tensor {
    let axes = Array(1..<Swift.max(1, rank))
    let count = Double(Swift.max(1, shape.withoutSamples.count))
    let least = Double(Float.leastNormalMagnitude)
    let scaled = self / absolute().maximum(over: axes, keepingAxes: true).maximum(least)
    return scaled / (scaled.absolute().sum(axes, keepingAxes: true) / count).maximum(least)
  }
}

extension AttackRecipe {
  /// The momentum iterative method.
  public static let momentumIterative = AttackRecipe(
    ["mi-fgsm", "mifgsm", "mim"], "steps along a running sum of gradients", { MomentumIterative($0) },
    settings: [.steps(\.steps), .stepSize(\.stepSize), .number(.decay, \.decay), .loss(\.loss)])
}
