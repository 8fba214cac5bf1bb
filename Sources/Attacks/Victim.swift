public import Compute

/// A function from images `[N, ...]` to logits `[N, K]`.
public typealias Classifier = (Tensor) -> Tensor

/// What is attacked: a classifier together with a batch of samples.
public struct Victim {
  /// The model, from images to logits.
  public var classifier: Classifier
  /// The clean images, `[N, ...]`.
  public var images: Tensor
  /// Their classes, `int32[N]`.
  public var labels: Tensor
  /// The classes to reach, `int32[N]`; nil where any wrong one will do.
  public var targets: Tensor?
  /// Where random starts come from; it knows the samples by their original indices.
  public var randomness: Randomness
  /// Who wants to know of gradients, if anyone does.
  var slopes: SlopeRecorder?

  /// Puts a model and samples together.
  public init(
    _ classifier: @escaping Classifier, images: Tensor, labels: Tensor, targets: Tensor? = nil,
    randomness: Randomness
  ) {
    self.classifier = classifier
    self.images = images
    self.labels = labels
    self.targets = targets
    self.randomness = randomness
  }

  /// What the classifier says at some images, for an attack that maximises `loss`.
  ///
  /// - Complexity: One forward pass.
  public func answer(at images: Tensor, maximising loss: some AttackLoss) -> Answer {
    Answer(at: images, classifier(images), self, maximising: loss)
  }

  /// The value of `loss` at `images`, `[N]`: toward the targets if there are any.
  ///
  /// - Complexity: One forward pass.
  public func value(of loss: some AttackLoss, at images: Tensor) -> Tensor {
    value(of: loss, logits: classifier(images))
  }

  /// The direction in which `loss` grows fastest at `images`; see ``Answer/gradient(fileID:line:)``.
  ///
  /// For points that an attack looks at on its way; at those that it visits it is given an ``Answer``.
  ///
  /// - Returns: The type of the images.
  /// - Complexity: One forward and one backward pass, without derivatives of parameters.
  public func gradient(
    of loss: some AttackLoss, at images: Tensor, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    usable(value(of: loss, at: images).gradient(withRespectTo: images, fileID: fileID, line: line))
  }

  func value(of loss: some AttackLoss, logits: Tensor) -> Tensor {
    targets.map { loss(logits, labels, toward: $0) } ?? loss(logits, labels)
  }

  /// A slope with numbers in place of what is not finite.
  func usable(_ slope: Tensor) -> Tensor {
    let largest = Double(Float.greatestFiniteMagnitude)
    let gradient = (slope .== slope).select(slope.clamped(to: -largest...largest), slope.zeros)
    slopes?.record(gradient, of: slope)
    return gradient
  }
}

/// Remembers the first gradient that a step takes.
final class SlopeRecorder {
  private(set) var first: (usable: Tensor, slope: Tensor)?

  /// - Parameter slope: The derivative before numbers that are not finite were replaced.
  func record(_ gradient: Tensor, of slope: Tensor) { first = first ?? (gradient, slope) }

  func reset() { first = nil }
}
