import Attacks
import Compute

/// What came of an attack.
struct AttackReport: Encodable {
  /// What was asked for, with defaults filled in.
  struct Parameters: Encodable {
    let attack, norm, loss: String
    let eps: Ratio
    /// How far a step goes; nil for an attack that does not choose.
    let alpha: Ratio?
    let steps: Int?
    let restarts: Int
    let randomStart, earlyStop: Bool
    let batch: Int
    let limit: Int?
    let seed: UInt64
  }

  /// Counts of samples.
  struct Counts: Encodable {
    let samples, cleanCorrect, fallen, robust: Int
  }

  /// Perturbations of the samples that fell, in the norm of the attack.
  struct Distances: Encodable {
    let median, mean, largest: Double
  }

  let parameters: Parameters
  let counts: Counts
  let cleanAccuracy, robustAccuracy: Double
  /// The share of the samples classified rightly that have fallen.
  let successRate: Double
  let distances: Distances?
  /// What the attack needed, and what the device ran for it; nil where it is not counted.
  let passes, executedPasses: Passes?
  let warnings: [Warning]
  let samples: [SampleResult]
  let saveAdversarial: StoredOutput?
  let seconds: [String: Double]

  init(
    _ choice: AttackChoice, _ options: SampleOptions, _ result: AttackResult, warnings: [Warning],
    stored: StoredOutput?, load: Double, opening: Double
  ) {
    let used = result.parameters
    let alpha: Ratio? = if case .ratio(let size) = used.settings["stepSize"] { size } else { nil }
    let isRandom: Bool = if case .flag(let isOn) = used.settings["randomStart"] { isOn } else { false }
    parameters = Parameters(
      attack: used.attack, norm: (choice.norm ?? ThreatModelRecipe.all[0]).name, loss: used.loss,
      eps: used.budget,
      alpha: alpha, steps: used.steps, restarts: used.restarts, randomStart: isRandom,
      earlyStop: used.stopsEarly, batch: used.tile, limit: options.limit, seed: used.seed)
    samples = result.samples
    let correct = samples.count { $0.isCleanCorrect }
    let fallen = samples.filter(\.hasFallen)
    counts = Counts(
      samples: samples.count, cleanCorrect: correct, fallen: fallen.count, robust: correct - fallen.count)
    (cleanAccuracy, robustAccuracy) = (result.cleanAccuracy, result.robustAccuracy)
    successRate = result.successRate
    let lengths = fallen.map(\.distance).sorted()
    distances = lengths.last.map {
      Distances(
        median: lengths[lengths.count / 2], mean: lengths.reduce(0, +) / Double(lengths.count), largest: $0)
    }
    (passes, executedPasses) = (result.passes, result.executed)
    self.warnings = warnings
    saveAdversarial = stored
    seconds = [
      "load": load, "prepare": opening + result.seconds.prepare, "predict": result.seconds.predict,
      "attack": result.seconds.attack,
    ]
  }

  /// For people.
  func text(_ header: ReportHeader) -> String {
    var facts = Facts()
    header.add(to: &facts)
    facts.add("attack", attackText)
    facts.add("clean", "\(Format.percentage(cleanAccuracy)) % (\(counts.cleanCorrect) of \(counts.samples))")
    facts.add("robust", "\(Format.percentage(robustAccuracy)) % (\(counts.robust) of \(counts.samples))")
    if let distances {
      facts.add(
        "distances",
        "median \(Float(distances.median)), largest \(Float(distances.largest)) of \(counts.fallen) fallen")
    }
    if let passes {
      facts.add(
        "passes", "\(Format.count(passes.forward)) forward, \(Format.count(passes.backward)) backward")
    }
    facts.add("adversarial", saveAdversarial?.text)
    facts.add(
      "time", timeText(seconds, ["load", "prepare", "predict", "attack"], samples: counts.samples))
    return facts.text
  }

  private var attackText: String {
    var parts = ["\(parameters.attack) in \(parameters.norm) within \(parameters.eps)"]
    if let alpha = parameters.alpha { parts.append("alpha \(alpha)") }
    if let steps = parameters.steps { parts.append("\(steps) \(steps == 1 ? "step" : "steps")") }
    if parameters.restarts > 1 { parts.append("\(parameters.restarts) restarts") }
    parts.append("loss \(parameters.loss)")
    parts.append(parameters.randomStart ? "random start, seed \(parameters.seed)" : "no random start")
    return parts.joined(separator: ", ")
  }
}
