public import Compute

/// A function from images `[N, C, H, W]` to logits `[N, K]`.
public typealias Classifier = (Tensor) -> Tensor

/// What an attack maximises: one value a sample, `[N]`, from logits `[N, K]` and labels `int32[N]`.
public typealias ClassificationLoss = @Sendable (_ logits: Tensor, _ labels: Tensor) -> Tensor

/// A way to find images that a classifier gets wrong near images that it should get right.
///
/// An attack is a value: its parameters. What it does is written over symbols, so that it becomes a part of a
/// graph and runs on a device without a word from the host.
public protocol Attack: Sendable {
  /// The images it proposes in place of the victim's, of the same type and inside its threat model.
  func perturb(_ victim: Victim) -> Tensor
}

/// What is attacked: a classifier together with a batch of samples.
public struct Victim {
  /// The model, from images to logits.
  public var classifier: Classifier
  /// The clean images, `[N, ...]`.
  public var images: Tensor
  /// Their classes, `int32[N]`.
  public var labels: Tensor
  /// Where random starts come from; it knows the samples by their original indices.
  public var randomness: Randomness

  /// Puts a model and samples together.
  public init(_ classifier: @escaping Classifier, images: Tensor, labels: Tensor, randomness: Randomness) {
    self.classifier = classifier
    self.images = images
    self.labels = labels
    self.randomness = randomness
  }

  /// The direction in which `loss` grows fastest at `images`; each sample's depends on that sample alone.
  ///
  /// - Returns: The type of the images.
  /// - Complexity: One forward and one backward pass, without derivatives of parameters.
  public func gradient(
    of loss: ClassificationLoss, at images: Tensor, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    loss(classifier(images), labels).gradient(withRespectTo: images, fileID: fileID, line: line)
  }
}
