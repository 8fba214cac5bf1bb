public import Compute

/// Steps along the unit gradient, after each of which the perturbation is given a length that shrinks while the image is
/// adversarial and grows while it is not: the nearest adversarial image in the Euclidean norm.
///
/// Rony et al., "Decoupling direction and norm for efficient gradient-based L2 adversarial attacks and defenses", 2019,
/// algorithm 1. Images are not rounded to whole levels. A sample whose gradient is 0 goes in a random direction, as in the
/// authors' program.
public struct DecoupledDirection: IterativeAttack {
  /// How perturbations are measured.
  public var geometry: any Geometry
  /// How many steps there are, 0 or more.
  public var steps: Int
  /// The first length of a perturbation, in units of pixels.
  public var initialRadius: Double
  /// The share, 0..<1, by which the length shrinks or grows.
  public var gamma: Double
  /// What is maximised.
  public var loss: any AttackLoss

  /// Makes an attack; the defaults are those of the paper.
  public init(
    _ geometry: any Geometry = L2Geometry(), steps: Int = 100, initialRadius: Double = 1,
    gamma: Double = 0.05,
    loss: some AttackLoss = .crossEntropy
  ) {
    self.geometry = geometry
    self.steps = steps
    self.initialRadius = initialRadius
    self.gamma = gamma
    self.loss = loss
  }

  /// A perturbation, and how long it is to be.
  public struct State: TensorTree {
    var image, perturbation: Tensor
    /// `[N]`.
    var radius: Tensor

    /// Visits all.
    public mutating func forEachTensor(_ visit: (inout Tensor) -> Void) {
      visit(&image)
      visit(&perturbation)
      visit(&radius)
    }
  }

  /// "ddn".
  public var name: String { "ddn" }
  /// The nearest image.
  public var goal: Goal { .nearest(geometry) }
  /// False: draws serve samples without a gradient alone.
  public var drawsRandomly: Bool { false }
  /// The first length and its change.
  public var parameters: [String: ParameterValue] {
    ["initialRadius": .number(initialRadius), "gamma": .number(gamma)]
  }

  /// The clean images.
  public func start(_ victim: Victim) -> State {
    let images = victim.images
    return State(
      image: images, perturbation: images.zeros,
      radius: images.scope.full([images.shape.extents.first ?? 1], initialRadius))
  }

  /// The image after a step whose size falls from 1 to 0.01 along half a cosine.
  ///
  /// - Complexity: One backward pass.
  public func advance(_ state: State, at answer: Answer, step: Tensor, _ victim: Victim) -> State {
    let images = victim.images
    let slope = answer.gradient()
    let sample = images.shape.withoutSamples
    let drawn = victim.randomness.step(step).normal(sample)
    let isFlat = (slope.norm(.infinity) .== 0).column(of: images)
    let ones = images.scope.full([images.shape.extents.first ?? 1], 1)
    let direction = geometry.step(along: isFlat.select(drawn, slope), sizes: ones)

    let moved = state.perturbation + stepSize(after: step) * direction

    let farthest = farthestCorner(of: images)
    let changed = answer.hasFallen.select(state.radius * (1 - gamma), state.radius * (1 + gamma))
    let radius = changed.minimum(farthest)
    let least = Double(Float.leastNormalMagnitude)
    let scaled = moved * (radius / moved.norm(geometry.norm).maximum(least)).column(of: images)
    let image = (images + scaled).clamped(to: geometry.pixels)
    return State(image: image, perturbation: image - images, radius: radius)
  }

  /// The size of the step after so many, a scalar.
  func stepSize(after step: Tensor) -> Tensor {
    let angle = step.cast(to: .float32) * (Double.pi / Double(max(1, steps)))
    return 0.01 + 0.495 * (1 + angle.cos())
  }

  /// The distance of each image from the farthest one in the range of pixels, `[N]`.
  private func farthestCorner(of images: Tensor) -> Tensor {
    let (low, high) = (geometry.pixels.lowerBound, geometry.pixels.upperBound)
    return (images - low).maximum(high - images).norm(geometry.norm)
  }

  /// The image.
  public func image(of state: State) -> Tensor { state.image }
}

extension Setting {
  /// The first length of a perturbation whose length changes.
  public static let initialRadius = Setting(
    "initialRadius", ["initial-radius", "init-epsilon", "init-norm"], .number(0...1_000_000),
    "The first length of a perturbation.")
  /// By which share that length changes at a step.
  public static let gamma = Setting(
    "gamma", ["gamma"], .number(0...0.999), "The share by which the length changes at a step.")
}

extension AttackRecipe {
  /// Decoupled direction and norm.
  public static let decoupledDirection = AttackRecipe(
    nearest: ["ddn"], "the nearest image, by steps whose direction and length are decoupled", norms: [.two],
    { DecoupledDirection($0) },
    settings: [
      .steps(\.steps), .number(.initialRadius, \.initialRadius), .number(.gamma, \.gamma), .loss(\.loss),
    ])
}
