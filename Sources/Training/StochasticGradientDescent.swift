public import Compute

/// Gradient descent with momentum, as `torch.optim.SGD` defines it.
///
/// With d = g + weightDecay · w, the velocity becomes v = momentum · v + d, starting at 0, and the weight w - rate · v, or
/// w - rate · (d + momentum · v) after Nesterov. The decay applies to every weight, normalisations and biases included.
public struct StochasticGradientDescent: Optimizer, Hashable {
  /// What is kept of the velocity, in 0..<1; 0 remembers nothing.
  public var momentum: Double
  /// The share of a weight that is added to its gradient, 0 or more.
  public var weightDecay: Double
  /// Whether the step looks ahead along the velocity (Sutskever et al., 2013).
  public var isNesterov: Bool

  /// Makes an optimizer.
  public init(momentum: Double = 0.9, weightDecay: Double = 0, isNesterov: Bool = false) {
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.isNesterov = isNesterov
  }

  /// The velocity, where there is momentum.
  public var memories: [String] { momentum == 0 ? [] : ["velocity"] }

  /// One step down.
  public func step(
    _ weight: Tensor, along gradient: Tensor, rate: Tensor, memory: [Tensor]
  ) -> (weight: Tensor, memory: [Tensor]) {
    let direction = weightDecay == 0 ? gradient : gradient + weight * weightDecay
    guard let last = memory.first else { return (weight - direction * rate, []) }
    let velocity = last * momentum + direction
    let change = isNesterov ? direction + velocity * momentum : velocity
    return (weight - change * rate, [velocity])
  }
}
