import Compute

/// What is said about derivatives of a classifier.
struct DerivativeReport: Encodable {
  let parameters: EffectiveParameters
  let correct: Int
  let accuracy: Double
  let predictions, labels: [Int32]
  /// The Euclidean length of each sample's derivatives.
  let lengths: [Double]
  /// How many samples have derivatives that are all exactly 0.
  let zeroSamples: Int
  let forwardPasses: Int
  var backwardPasses = 0
  let output: StoredOutput?
  let seconds: [String: Double]

  /// - Parameter derivatives: `[N, ...]`, finite.
  init(
    _ parameters: EffectiveParameters, _ result: SampleComputation.Result, _ derivatives: HostArray,
    output: StoredOutput?
  ) {
    self.parameters = parameters
    (correct, accuracy) = (result.predictions.correct, result.predictions.accuracy)
    (predictions, labels) = (result.predictions.classes, result.predictions.labels)
    let (values, count) = (derivatives.floats, result.subject.count)
    let size = values.count / count
    lengths = (0..<count).map { sample in
      values[(sample * size)..<((sample + 1) * size)].reduce(0.0) { $0 + Double($1) * Double($1) }
        .squareRoot()
    }
    zeroSamples = lengths.count { $0 == 0 }
    forwardPasses = count
    self.output = output
    seconds = result.seconds
  }

  /// For people.
  ///
  /// - Parameters:
  ///   - command: What took the time.
  ///   - what: What the derivatives are called.
  func text(_ result: SampleComputation.Result, _ command: String, _ what: String) -> String {
    var facts = Facts()
    facts.add(result.subject, on: result.entry)
    facts.add("loss", parameters.loss)
    facts.add("accuracy", "\(Format.percentage(accuracy)) % (\(correct) of \(labels.count))")
    let sorted = lengths.sorted()
    facts.add(
      "lengths",
      "least \(Float(sorted[0])), median \(Float(sorted[sorted.count / 2])), "
        + "most \(Float(sorted[sorted.count - 1]))"
    )
    facts.add(what, output?.text ?? "not stored; --output FILE.npy stores them")
    facts.add(
      "time", timeText(seconds, ["load", "prepare", command], samples: labels.count))
    return facts.text
  }
}
