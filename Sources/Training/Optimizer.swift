public import Compute

/// How a weight follows its gradient.
///
/// An optimizer is a value: its numbers. What it remembers of a weight are tensors of the weight's type that start at 0
/// and stay on the device.
public protocol Optimizer: Sendable {
  /// The names of the tensors that are remembered for each weight.
  var memories: [String] { get }

  /// The next value of a weight and of what is remembered of it.
  ///
  /// - Parameters:
  ///   - weight: The weight before the step.
  ///   - gradient: The derivative of the loss with respect to it, of its type.
  ///   - rate: The learning rate, a scalar.
  ///   - memory: What was remembered, in the order of ``memories``.
  func step(
    _ weight: Tensor, along gradient: Tensor, rate: Tensor, memory: [Tensor]
  ) -> (weight: Tensor, memory: [Tensor])
}
