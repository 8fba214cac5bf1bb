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
  /// Who counts the passes, if anyone does.
  var passes: PassRecorder?

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

  /// The value of `loss` at `images`, `[N]`: toward the targets if there are any.
  ///
  /// - Complexity: One forward pass.
  public func value(of loss: some AttackLoss, at images: Tensor) -> Tensor {
    value(of: loss, logits: classifier(images))
  }

  /// The direction in which `loss` grows fastest at `images`; each sample's depends on that sample alone.
  ///
  /// An infinite derivative counts as the largest finite number of its sign, and one that is NaN as 0, so that no point
  /// visited is NaN.
  ///
  /// - Returns: The type of the images.
  /// - Complexity: One forward and one backward pass, without derivatives of parameters.
  public func gradient(
    of loss: some AttackLoss, at images: Tensor, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let slope = value(of: loss, at: images).gradient(withRespectTo: images, fileID: fileID, line: line)
    let largest = Double(Float.greatestFiniteMagnitude)
    let gradient = (slope .== slope).select(slope.clamped(to: -largest...largest), slope.zeros)
    passes?.recordBackward(gradient, of: slope)
    return gradient
  }

  func value(of loss: some AttackLoss, logits: Tensor) -> Tensor {
    targets.map { loss(logits, labels, toward: $0) } ?? loss(logits, labels)
  }
}

/// Counts the passes of a trace: applications of the classifier to different points, and gradients.
///
/// A pass that two parts of a graph ask for at the same point is traced once, so the decision at a point
/// costs nothing beside the gradient there.
final class PassRecorder {
  private var answers: [(point: Tensor, logits: Tensor)] = []
  private(set) var gradients: [(usable: Tensor, slope: Tensor)] = []

  var passes: Passes { Passes(forward: answers.count, backward: gradients.count) }

  /// What the classifier says at a point; `body` asks it, unless it has been asked there.
  func logits(at point: Tensor, _ body: (Tensor) -> Tensor) -> Tensor {
    if let known = answers.first(where: { $0.point.isSame(as: point) }) { return known.logits }
    let logits = body(point)
    answers.append((point, logits))
    return logits
  }

  /// - Parameter slope: The derivative before numbers that are not finite were replaced.
  func recordBackward(_ gradient: Tensor, of slope: Tensor) { gradients.append((gradient, slope)) }

  func reset() { (answers, gradients) = ([], []) }
}
