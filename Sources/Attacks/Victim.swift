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
  /// When an image counts as adversarial.
  public var criterion: Criterion

  /// Puts a model and samples together.
  public init(
    _ classifier: @escaping Classifier, images: Tensor, labels: Tensor, targets: Tensor? = nil,
    randomness: Randomness, criterion: Criterion = Criterion()
  ) {
    self.classifier = classifier
    self.images = images
    self.labels = labels
    self.targets = targets
    self.randomness = randomness
    self.criterion = criterion
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
    value(of: loss, at: images).gradient(withRespectTo: images, fileID: fileID, line: line).usableSlope
  }

  func value(of loss: some AttackLoss, logits: Tensor) -> Tensor {
    targets.map { loss(logits, labels, toward: $0) } ?? loss(logits, labels)
  }

}

extension Tensor {
  /// This slope with numbers in place of what is not finite: the largest of its sign for infinity, 0 for NaN.
  var usableSlope: Tensor {
    let largest = Double(Float.greatestFiniteMagnitude)
    return (self .== self).select(clamped(to: -largest...largest), zeros)
  }
}
