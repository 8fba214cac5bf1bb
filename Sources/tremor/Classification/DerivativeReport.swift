import Compute

/// What is said about derivatives of a classifier.
struct DerivativeReport: Encodable {
  let parameters: EffectiveParameters
  let correct: Int
  let accuracy: Double
  let predictions: [Int32?]
  let labels: [Int32]
  /// The Euclidean length of each sample's derivatives; nil where they are not finite.
  let lengths: [Double?]
  /// How many samples have derivatives that are all exactly 0.
  let zeroSamples: Int
  let forwardPasses: Int
  var backwardPasses = 0
  let output: StoredOutput?
  let seconds: [String: Double]

  /// - Parameter derivatives: `[N, ...]`.
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
      let square = values[(sample * size)..<((sample + 1) * size)].reduce(0.0) {
        $0 + Double($1) * Double($1)
      }
      return square.isFinite ? square.squareRoot() : nil
    }
    zeroSamples = lengths.count { $0 == 0 }
    forwardPasses = count
    self.output = output
    seconds = result.seconds
  }

  private var lengthText: String {
    let sorted = lengths.compactMap { $0 }.sorted()
    guard let least = sorted.first, let most = sorted.last else { return "none is finite" }
    let rest = lengths.count - sorted.count
    return "least \(Float(least)), median \(Float(sorted[sorted.count / 2])), most \(Float(most))"
      + (rest == 0 ? "" : "; \(rest) not finite")
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
    facts.add("lengths", lengthText)
    facts.add(what, output?.text ?? "not stored; --output FILE.npy stores them")
    facts.add(
      "time", timeText(seconds, ["load", "prepare", command], samples: labels.count))
    return facts.text
  }
}
