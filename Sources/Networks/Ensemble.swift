package import Compute

/// How several classifiers become one.
public enum Ensemble: String, Hashable, Sendable, CaseIterable {
  /// The mean of the logits (Dong et al., "Boosting adversarial attacks with momentum", 2018, equation 9).
  case logits
  /// The logarithm of the mean of the probabilities: its cross-entropy is that of the mean.
  case probabilities

  /// One classifier made of others, whose parameters are named `member0.`, `member1.` and so on.
  ///
  /// - Parameter models: At least one; all take the same images and tell as many classes apart.
  /// - Throws: ``LayerError`` where there is none, or ports do not agree.
  public func callAsFunction(_ models: [Model]) throws(LayerError) -> Model {
    guard let first = models.first else {
      throw LayerError("", "an ensemble of no models; at least one is needed")
    }
    if models.count == 1 { return first }
    for (number, model) in models.enumerated() where !model.takesImages(of: first) {
      throw LayerError(
        "", "model \(number) of an ensemble takes other inputs than model 0; all must take the same images")
    }
    let set = try ModelSet(models.enumerated().map { ("member\($0)", $1) })
    let output = Model.Port("logits", [nil, first.outputs.first?.extents.last ?? nil])
    return Model(of: set, inputs: first.inputs, outputs: [output]) { inputs, parts in
      let logits = try set.members.map { try parts($0.name, inputs[0]).asLogits }
      if let other = logits.first(where: { $0.type != logits[0].type }) {
        throw LayerError(
          "",
          "an ensemble of models that give \(logits[0].type) and \(other.type); all must tell the same classes apart"
        )
      }
      return [self.mean(logits)]
    }
  }

  private func mean(_ logits: [Tensor]) -> Tensor {
    let count = Double(logits.count)
    switch self {
    case .logits: return logits.dropFirst().reduce(logits[0]) { $0 + $1 } * (1 / count)
    case .probabilities:
      // log(sum of p) of logarithms, so that a saturated member hides no other.
      let all = Tensor.concatenated(
        logits.map { $0.logSoftmax().reshaped(Shape([1] + $0.shape.extents)) }, axis: 0)
      return all.logSumExp(axis: 0) - all.scope.full(.scalar, count).log()
    }
  }
}

extension Model {
  /// Whether it takes one input, of the extents that another's first input has, and gives something.
  fileprivate func takesImages(of other: Model) -> Bool {
    guard inputs.count == 1, !outputs.isEmpty, let others = other.inputs.first else { return false }
    let (own, theirs) = (inputs[0].extents.dropFirst(), others.extents.dropFirst())
    return own.count == theirs.count && zip(own, theirs).allSatisfy { $0 == nil || $1 == nil || $0 == $1 }
  }
}

extension Tensor {
  /// `[N, K, 1, 1]` as `[N, K]`.
  package var asLogits: Tensor {
    guard rank > 2, shape.extents[2...].allSatisfy({ $0 == 1 }) else { return self }
    return reshaped(Shape(Array(shape.extents[..<2])))
  }
}
