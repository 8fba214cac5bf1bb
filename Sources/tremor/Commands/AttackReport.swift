import Attacks
import Compute
import DeviceSelection

/// What came of an attack.
struct AttackReport: Encodable {
  /// What was asked for, with defaults filled in.
  struct Parameters: Encodable {
    let attack, norm, loss: String
    /// nil where the nearest image was sought.
    let eps: Ratio?
    /// How far a step goes; nil for an attack that does not choose.
    let alpha: Ratio?
    let steps: Int?
    let restarts: Int
    let randomStart, earlyStop: Bool
    let batch: Int
    let limit: Int?
    let seed: UInt64
    /// What else was chosen, by the names of settings; nil where there is nothing else.
    let settings: [String: ParameterValue]?
    /// Which classes images were to be mistaken for; nil where any wrong one would do.
    let targeted: String?
    /// nil where they are 1 and 0.
    let topK: Int?
    let confidence: Double?
  }

  /// How many samples are farther than a budget from every adversarial image that was found.
  struct CurvePoint: Encodable {
    let eps: Ratio
    let robust: Int
    let robustAccuracy: Double
  }

  /// How many samples stand after so many queries.
  struct QueryPoint: Encodable {
    let queries, robust: Int
    let robustAccuracy: Double
  }

  /// Queries of an attack that asks for no gradient.
  struct Queries: Encodable {
    /// Of the samples that fell; nil where none did.
    let median: Int?
    let mean: Double?
    /// nil where the attack does not stop at the first image found.
    let curve: [QueryPoint]?

    /// - Returns: nil for an attack with gradients.
    init?(_ result: AttackResult) {
      guard result.parameters.access != .gradients else { return nil }
      let counts = result.samples.filter(\.hasFallen).map(\.passes.forward).sorted()
      median = counts.isEmpty ? nil : counts[counts.count / 2]
      mean = counts.isEmpty ? nil : Double(counts.reduce(0, +)) / Double(counts.count)
      let most = result.samples.map(\.passes.forward).max() ?? 0
      let marks = [1, 10, 100, 500, 1000, 2500, 5000, 10_000, 20_000, 50_000].filter { $0 < most } + [most]
      curve =
        !result.parameters.stopsEarly
        ? nil
        : marks.map { mark in
          let share = result.robustAccuracy(afterQueries: mark)
          return QueryPoint(
            queries: mark, robust: Int((share * Double(result.samples.count)).rounded()),
            robustAccuracy: share)
        }
    }

    var text: String {
      let fallen = median.map {
        "median \(Format.count($0)), mean \(Format.count(Int(mean ?? 0))) of the fallen"
      }
      let points = curve?.map {
        "\(Format.percentage($0.robustAccuracy)) % after \(Format.count($0.queries))"
      }
      return [fallen, points.map { "robust " + $0.joined(separator: ", ") }].compactMap { $0 }.joined(
        separator: "; ")
    }
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
  let cleanAccuracy: Double
  /// nil where the nearest image was sought: see ``curve``.
  let robustAccuracy: Double?
  /// What the distances say of budgets that were asked about; nil where the attack had one.
  let curve: [CurvePoint]?
  /// The share of the samples classified rightly that have fallen.
  let successRate: Double
  let distances: Distances?
  /// nil for an attack with gradients.
  let queries: Queries?
  /// What the attack needed, and what the device ran for it.
  let passes, executedPasses: Passes
  /// Whether nothing was left out because of an interruption.
  let isComplete: Bool
  let samples: [SampleResult]
  let saveAdversarial: StoredOutput?
  let seconds: [String: Double]

  init(
    _ choice: AttackChoice, _ options: SampleOptions, _ result: AttackResult, stored: StoredOutput?,
    load: Double, opening: Double
  ) {
    let used = result.parameters
    let alpha: Ratio? = if case .ratio(let size) = used.settings["stepSize"] { size } else { nil }
    let isRandom: Bool = if case .flag(let isOn) = used.settings["randomStart"] { isOn } else { false }
    let others = used.settings.filter { $0.key != "stepSize" && $0.key != "randomStart" }
    parameters = Parameters(
      attack: used.attack, norm: choice.measure.name, loss: used.loss,
      eps: used.budget,
      alpha: alpha, steps: used.steps, restarts: used.restarts, randomStart: isRandom,
      earlyStop: used.stopsEarly, batch: used.tile, limit: options.limit, seed: used.seed,
      settings: others.isEmpty ? nil : others, targeted: choice.criterion.targeted.map { "\($0)" },
      topK: used.criterion.top == 1 ? nil : used.criterion.top,
      confidence: used.criterion.confidence == 0 ? nil : used.criterion.confidence)
    samples = result.samples
    let correct = samples.count { $0.isCleanCorrect }
    let fallen = samples.filter(\.hasFallen)
    counts = Counts(
      samples: samples.count, cleanCorrect: correct, fallen: fallen.count, robust: correct - fallen.count)
    cleanAccuracy = result.cleanAccuracy
    robustAccuracy = used.budget == nil ? nil : result.robustAccuracy
    curve =
      used.budget == nil && !choice.budgets.isEmpty
      ? choice.budgets.map { eps in
        let share = result.robustAccuracy(within: eps)
        return CurvePoint(
          eps: eps, robust: Int((share * Double(result.samples.count)).rounded()), robustAccuracy: share)
      } : nil
    successRate = result.successRate
    let lengths = fallen.map(\.distance).sorted()
    distances = lengths.last.map {
      Distances(
        median: lengths[lengths.count / 2], mean: lengths.reduce(0, +) / Double(lengths.count), largest: $0)
    }
    queries = Queries(result)
    (passes, executedPasses) = (result.passes, result.executed)
    isComplete = !samples.contains { $0.flags.contains(.interrupted) }
    saveAdversarial = stored
    seconds = [
      "load": load, "prepare": opening + result.seconds.prepare, "predict": result.seconds.predict,
      "attack": result.seconds.attack,
    ]
  }

  /// For people.
  func text(_ subject: Subject, on entry: DeviceEntry) -> String {
    var facts = Facts()
    facts.add(subject, on: entry)
    facts.add("attack", attackText(within: parameters.eps.map { "\($0)" }, alpha: parameters.alpha))
    facts.add("clean", "\(Format.percentage(cleanAccuracy)) % (\(counts.cleanCorrect) of \(counts.samples))")
    if let robustAccuracy {
      facts.add("robust", "\(Format.percentage(robustAccuracy)) % (\(counts.robust) of \(counts.samples))")
    }
    for point in curve ?? [] {
      facts.add(
        "robust",
        "\(Format.percentage(point.robustAccuracy)) % (\(point.robust) of \(counts.samples)) within \(point.eps)"
      )
    }
    if let distances {
      facts.add(
        "distances",
        "median \(Float(distances.median)), largest \(Float(distances.largest)) of \(counts.fallen) fallen")
    }
    facts.add("queries", queries?.text)
    facts.add("passes", "\(Format.count(passes.forward)) forward, \(Format.count(passes.backward)) backward")
    facts.add("adversarial", saveAdversarial?.text)
    facts.add(
      "time", timeText(seconds, ["load", "prepare", "predict", "attack"], samples: counts.samples))
    return facts.text
  }

  fileprivate func attackText(within budgets: String?, alpha: Ratio?) -> String {
    var parts = [
      "\(parameters.attack) in \(parameters.norm)" + (budgets.map { " within \($0)" } ?? ", nearest image")
    ]
    if let targeted = parameters.targeted { parts.append("targeted at \(targeted)") }
    if let topK = parameters.topK { parts.append("top \(topK)") }
    if let confidence = parameters.confidence { parts.append("confidence \(confidence)") }
    if let alpha { parts.append("alpha \(alpha)") }
    if let steps = parameters.steps, parameters.settings?["queries"] == nil {
      parts.append("\(steps) \(steps == 1 ? "step" : "steps")")
    }
    if parameters.restarts > 1 { parts.append("\(parameters.restarts) restarts") }
    let chosen = (parameters.settings ?? [:]).filter { $0.key != "queries" }
    if case .count(let queries) = parameters.settings?["queries"] {
      parts.append("\(Format.count(queries)) queries")
    }
    for (name, value) in chosen.sorted(by: { $0.key < $1.key }) {
      parts.append("\(name) \(value)")
    }
    parts.append("loss \(parameters.loss)")
    parts.append(parameters.randomStart ? "random start, seed \(parameters.seed)" : "no random start")
    return parts.joined(separator: ", ")
  }
}

/// What came of an attack with several budgets.
struct AttackReports: Encodable {
  /// A report for each budget, the smallest first.
  let results: [AttackReport]

  /// For people: what all have in common, then a line a budget.
  func text(_ subject: Subject, on entry: DeviceEntry) -> String {
    guard let first = results.first, let last = results.last else { return "" }
    var facts = Facts()
    facts.add(subject, on: entry)
    let alphas = Set(results.map(\.parameters.alpha))
    let budgets = results.map { $0.parameters.eps.map { "\($0)" } ?? "" }.joined(separator: ", ")
    facts.add(
      "attack", first.attackText(within: budgets, alpha: alphas.count == 1 ? alphas.first ?? nil : nil))
    let (clean, counts) = (Format.percentage(first.cleanAccuracy), first.counts)
    facts.add("clean", "\(clean) % (\(counts.cleanCorrect) of \(counts.samples))")
    facts.add(
      "adversarial",
      last.saveAdversarial.map { saved in saved.text + (last.parameters.eps.map { ", within \($0)" } ?? "") })
    let seconds = results.map(\.seconds).reduce(into: [:]) { $0.merge($1) { $0 + $1 } }
    facts.add("time", timeText(seconds, ["load", "prepare", "predict", "attack"], samples: counts.samples))
    var table = Table([
      "eps", "alpha", "robust %", "robust", "fallen", "median distance", "forward", "backward",
    ])
    for result in results {
      table.add([
        result.parameters.eps.map { "\($0)" } ?? "", result.parameters.alpha.map { "\($0)" } ?? "",
        Format.percentage(result.robustAccuracy ?? 0), "\(result.counts.robust)", "\(result.counts.fallen)",
        result.distances.map { "\(Float($0.median))" } ?? "",
        Format.count(result.passes.forward), Format.count(result.passes.backward),
      ])
    }
    return facts.text + "\n\n" + table.text
  }
}
