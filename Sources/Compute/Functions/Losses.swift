// Losses of logits, one value a sample: attacks maximise them, training minimises them. Logits are
// `[..., K]`, labels `int32[...]` of the same leading extents; a label outside 0..<K belongs to no class.

extension Tensor {
  /// logsumexp(z) - z_y for logits z and label y; `torch.nn.functional.cross_entropy` with
  /// `reduction="none"`.
  ///
  /// Computed from the differences z_k - z_y. Thus the derivative with respect to z_y is minus the sum of the
  /// other classes' probabilities, not a probability minus 1, which float32 rounds to 0 from a margin of 17
  /// on; and the value does not round to 0 there either.
  ///
  /// - Parameters:
  ///   - labels: `int32`.
  ///   - smoothing: The share of the target probability, in 0...1, that is spread evenly over all K classes.
  /// - Returns: The labels' shape.
  public func crossEntropy(
    _ labels: Tensor, smoothing: Double = 0, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    labelled("crossEntropy", labels, SourceLocation(fileID, line)) { isLabel in
      let plain = crossEntropy(whereLabel: isLabel)
      guard smoothing != 0 else { return plain }
      // mean_k -log p_k = -log p_y + z_y - mean_k z_k.
      let offset = valued(at: isLabel) - mean([-1])
      return plain + offset * smoothing
    }
  }

  /// -(logsumexp(z) - z_t): grows as the target class t is approached.
  ///
  /// - Returns: The shape of `targets`.
  public func targetedCrossEntropy(
    _ targets: Tensor, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor { -crossEntropy(targets, fileID: fileID, line: line) }

  /// z_y - max over k ≠ y of z_k: positive where the label wins, negative where another class does.
  ///
  /// Between equal competitors the derivative goes to the first.
  ///
  /// - Returns: The labels' shape.
  public func margin(_ labels: Tensor, fileID: StaticString = #fileID, line: UInt = #line) -> Tensor {
    labelled("margin", labels, SourceLocation(fileID, line), classes: 2) { isLabel in
      let others = isLabel.select(splat(-Double(Float.greatestFiniteMagnitude)), self)
      let isRival = others.argmax().oneHot(shape[rank - 1]) .== 1
      return valued(at: isLabel) - valued(at: isRival)
    }
  }

  /// The margin loss that attacks maximise: minus ``margin(_:fileID:line:)``, positive where the sample is
  /// misclassified.
  ///
  /// - Parameters:
  ///   - labels: The classes to leave.
  ///   - confidence: Values above are held there, with slope 0; nil for no bound.
  public func marginLoss(
    _ labels: Tensor, confidence: Double? = nil, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor { (-margin(labels, fileID: fileID, line: line)).held(below: confidence) }

  /// The margin loss toward targets, which attacks maximise: z_t - max over k ≠ t of z_k.
  ///
  /// - Parameters:
  ///   - targets: The classes to reach.
  ///   - confidence: Values above are held there, with slope 0; nil for no bound.
  public func targetedMarginLoss(
    _ targets: Tensor, confidence: Double? = nil, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor { margin(targets, fileID: fileID, line: line).held(below: confidence) }

  /// The term that Carlini and Wagner's attack minimises: max(0, z_y - max over k ≠ y of z_k + κ).
  ///
  /// "Towards evaluating the robustness of neural networks", 2017, objective f6, in its authors' code on
  /// logits.
  ///
  /// - Parameters:
  ///   - labels: The classes to leave.
  ///   - confidence: κ, the margin by which another class must win.
  public func carliniWagner(
    _ labels: Tensor, confidence: Double = 0, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor { (margin(labels, fileID: fileID, line: line) + confidence).relu() }

  /// The term that Carlini and Wagner's targeted attack minimises: max(0, max over k ≠ t of z_k - z_t + κ).
  ///
  /// - Parameters:
  ///   - targets: The classes to reach.
  ///   - confidence: κ, the margin by which the target must win.
  public func targetedCarliniWagner(
    _ targets: Tensor, confidence: Double = 0, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor { (confidence - margin(targets, fileID: fileID, line: line)).relu() }

  /// The difference of logits ratio, -(z_y - max over k ≠ y of z_k) / (z_(1) - z_(3) + 1e-12).
  ///
  /// z_(i) is the i-th largest logit. The loss is unchanged when logits are scaled or shifted. At least 3
  /// classes. Croce and Hein, "Reliable evaluation of adversarial robustness", 2020, equation 6; equal logits
  /// are ranked by class, lowest first.
  ///
  /// - Returns: The labels' shape; -1..<0 where the label wins.
  public func differenceOfLogitsRatio(
    _ labels: Tensor, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    labelled("differenceOfLogitsRatio", labels, SourceLocation(fileID, line), classes: 3) { isLabel in
      let (values, classes) = top(3)
      let ranked = (0..<3).map { values.sliced(axis: -1, from: $0, count: 1).squeezingAxis(at: -1) }
      let first = classes.sliced(axis: -1, from: 0, count: 1).squeezingAxis(at: -1)
      let rival = (first .== labels).select(ranked[1], ranked[0])
      return -(valued(at: isLabel) - rival) / (ranked[0] - ranked[2] + 1e-12)
    }
  }

  /// The targeted difference of logits ratio, -(z_y - z_t) / (z_(1) - (z_(3) + z_(4)) / 2 + 1e-12).
  ///
  /// At least 4 classes.
  /// Croce and Hein, "Reliable evaluation of adversarial robustness", 2020, equation 7.
  ///
  /// - Parameters:
  ///   - labels: The classes to leave.
  ///   - targets: The classes to reach, of the labels' shape.
  public func targetedDifferenceOfLogitsRatio(
    _ labels: Tensor, targets: Tensor, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let place = SourceLocation(fileID, line)
    let name = "targetedDifferenceOfLogitsRatio"
    return labelled(name, labels, place, classes: 4) { isLabel in
      labelled(name, targets, place, classes: 4) { isTarget in
        let values = top(4).values
        let ranked = (0..<4).map { values.sliced(axis: -1, from: $0, count: 1).squeezingAxis(at: -1) }
        let spread = ranked[0] - (ranked[2] + ranked[3]) * 0.5
        return -(valued(at: isLabel) - valued(at: isTarget)) / (spread + 1e-12)
      }
    }
  }

  /// The divergence sum over k of p_k (log p_k - log q_k), p being the softmax of these logits and q that of
  /// `other`.
  ///
  /// The loss of TRADES (Zhang et al., 2019) with clean logits here and adversarial ones there; derivatives
  /// pass through both.
  ///
  /// - Returns: This shape without its last axis.
  public func klDivergence(
    to other: Tensor, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let place = SourceLocation(fileID, line)
    guard rank >= 1, other.shape == shape else {
      return refused("klDivergence", with: [other], "logits of one shape [..., K] are needed", place)
    }
    return composed("klDivergence", place, [other]) {
      let logarithms = logSoftmax()
      return (logarithms.exp() * (logarithms - other.logSoftmax())).sum([-1])
    }
  }

  /// The mean squared difference of each sample from the other's, over all axes but the first.
  ///
  /// - Returns: `[N]` for two tensors of `[N, ...]`.
  public func meanSquaredError(
    _ other: Tensor, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let place = SourceLocation(fileID, line)
    guard rank >= 1, other.shape == shape else {
      return refused(
        "meanSquaredError", with: [other], "the shapes must agree and the first axis counts samples", place)
    }
    return composed("meanSquaredError", place, [other]) {
      let difference = self - other
      return (difference * difference).mean(sampleAxes)
    }
  }

  /// Where the first largest logit is the label's; `bool` of the labels' shape.
  public func predicts(_ labels: Tensor, fileID: StaticString = #fileID, line: UInt = #line) -> Tensor {
    labelled("predicts", labels, SourceLocation(fileID, line)) { _ in argmax() .== labels }
  }

  /// The share of samples whose first largest logit is the label's: a scalar in 0...1.
  public func accuracy(_ labels: Tensor, fileID: StaticString = #fileID, line: UInt = #line) -> Tensor {
    predicts(labels, fileID: fileID, line: line).cast(to: .float32).mean()
  }
}

extension Tensor {
  /// Traces a loss of logits and labels, whose one-hot mask `body` receives.
  private func labelled(
    _ operation: String, _ labels: Tensor, _ place: SourceLocation, classes: Int = 1,
    _ body: (Tensor) -> Tensor
  ) -> Tensor {
    guard rank >= 1, labels.element == .int32, labels.shape.extents == Array(shape.extents.dropLast()) else {
      return refused(operation, with: [labels], "logits [..., K] and labels int32[...] are needed", place)
    }
    guard shape[rank - 1] >= classes else {
      return refused(operation, with: [labels], "\(classes) classes are needed", place)
    }
    return composed(operation, place) {
      let classNumbers = scope.iota([shape[rank - 1]], axis: 0)
      return body(labels.expandingAxis(at: -1) .== classNumbers)
    }
  }

  /// The one element of each row that `mask` marks, by a masked sum: its adjoint needs no scatter.
  private func valued(at mask: Tensor) -> Tensor { mask.select(self, zeros).sum([-1]) }

  private func crossEntropy(whereLabel isLabel: Tensor) -> Tensor {
    let label = isLabel.select(self, zeros).sum([-1], keepingAxes: true)
    let differences = isLabel.select(zeros, self - label)
    let peak = differences.maximum(over: [-1], keepingAxes: true).detached()
    let exponentials = isLabel.select(zeros, (differences - peak).knownToBe(.nonPositive).exp())
    let rest = exponentials.sum([-1], keepingAxes: true)
    // The label's own difference is 0, so the peak is at least that, and one of the terms is e^0.
    let own = (-peak).knownToBe(.nonPositive).exp()
    let sum = (own + rest).knownToBe(.positive)
    // What float32 loses of `rest` in the sum, put back to first order; it is 0 in exact arithmetic.
    let lost = ((rest - (sum - own)) / sum).detached()
    return (sum.log() + lost + peak).squeezingAxis(at: -1)
  }

  /// The smaller of each element and `bound`, with slope 0 at the bound.
  private func held(below bound: Double?) -> Tensor {
    guard let bound else { return self }
    return (self .< bound).select(self, splat(bound))
  }
}
