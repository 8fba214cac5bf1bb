import Attacks
import Compute
import Datasets
import DeviceSelection

/// Which samples count for what when images of some models are judged by others.
struct TransferCounts {
  /// A share with what it is one of.
  struct Share: Encodable {
    let count, of: Int
    /// nil of nothing.
    let share: Double?

    init(_ isIn: [Bool], fooled: [Bool]) {
      of = isIn.count { $0 }
      count = zip(isIn, fooled).count { $0 && $1 }
      share = of == 0 ? nil : Double(count) / Double(of)
    }

    var text: String { "\(share.map { Format.percentage($0) } ?? "-") % (\(count) of \(of))" }
  }

  /// Which samples every model classifies rightly.
  let common: [Bool]
  /// Which samples the surrogates, together, classify rightly and were fooled on.
  let fooledSources: [Bool]
  /// The class that each sample is to be mistaken for, if any.
  let targets: [Int32]?

  /// - Parameter verdicts: Of all models.
  init(_ result: AttackResult, _ verdicts: [TransferCommand.Verdict]) {
    common = result.samples.indices.map { sample in
      verdicts.allSatisfy { $0.clean.areCorrect[sample] }
    }
    fooledSources = result.samples.map { $0.isCleanCorrect && $0.hasFallen }
    targets = result.parameters.isTargeted ? result.samples.compactMap(\.target) : nil
  }

  /// The shares of one model.
  struct Shares: Encodable {
    /// Of the samples that every model classifies rightly.
    let common: Share
    /// Of all samples.
    let all: Share
    /// Of those that the model classifies rightly.
    let correct: Share
    /// Of those that the model and the surrogates classify rightly and that fooled the surrogates.
    let fooled: Share
    /// Of the samples that every model classifies rightly those that are taken for the target; nil without targets.
    let target: Share?
  }

  func shares(_ verdict: TransferCommand.Verdict) -> Shares {
    let (correct, fooled) = (verdict.clean.areCorrect, verdict.adversarial.areCorrect.map { !$0 })
    return Shares(
      common: Share(common, fooled: fooled), all: Share(common.map { _ in true }, fooled: fooled),
      correct: Share(correct, fooled: fooled),
      fooled: Share(zip(correct, fooledSources).map { $0 && $1 }, fooled: fooled),
      target: targets.map { targets in
        Share(common, fooled: zip(verdict.adversarial.classes, targets).map { $0 == $1 })
      })
  }
}

/// What `tremor transfer` says.
struct TransferReport: Encodable {
  struct Parameters: Encodable {
    let attack, norm, loss, ensemble: String
    let eps: Ratio
    let steps: Int?
    let restarts, batch: Int
    let seed: UInt64
    let limit: Int?
    let settings: [String: ParameterValue]
    let targeted: String?
    /// nil where they are 1 and 0.
    let topK: Int?
    let confidence: Double?
  }

  struct Member: Encodable {
    let model: SubjectReport.Classifier
    let cleanAccuracy, adversarialAccuracy: Double
    let misclassified: TransferCounts.Shares
    let clean, adversarial: [Int32?]

    init(_ subject: Subject, _ verdict: TransferCommand.Verdict, _ counts: TransferCounts) throws {
      model = try SubjectReport(subject).model
      (cleanAccuracy, adversarialAccuracy) = (verdict.clean.accuracy, verdict.adversarial.accuracy)
      misclassified = counts.shares(verdict)
      (clean, adversarial) = (verdict.clean.classes, verdict.adversarial.classes)
    }
  }

  let data: SubjectReport.DataPart
  let parameters: Parameters
  /// How many samples every model classifies rightly.
  let common: Int
  let labels: [Int32]
  let surrogates, targets: [Member]
  let passes: Passes
  let saveAdversarial: StoredOutput?
  let seconds: [String: Double]

  init(
    _ command: TransferCommand, _ result: AttackResult, _ counts: TransferCounts,
    _ sources: [(Subject, TransferCommand.Verdict)], _ judges: [(Subject, TransferCommand.Verdict)],
    _ seconds: [String: Double]
  ) throws {
    data = try SubjectReport(sources[0].0).data
    let used = result.parameters
    parameters = Parameters(
      attack: used.attack, norm: command.choice.measure.name, loss: used.loss,
      ensemble: command.ensemble.rawValue,
      eps: used.budget ?? 0, steps: used.steps, restarts: used.restarts, batch: used.tile, seed: used.seed,
      limit: command.samples.limit, settings: used.settings,
      targeted: command.choice.criterion.targeted.map { "\($0)" },
      topK: used.criterion.top == 1 ? nil : used.criterion.top,
      confidence: used.criterion.confidence == 0 ? nil : used.criterion.confidence)
    common = counts.common.count { $0 }
    labels = sources[0].0.samples.labels
    surrogates = try sources.map { try Member($0, $1, counts) }
    targets = try judges.map { try Member($0, $1, counts) }
    passes = result.passes
    saveAdversarial = StoredOutput(command.saveAdversarial, result.adversarial)
    self.seconds = seconds
  }

  /// For people.
  static func text(
    _ command: TransferCommand, _ result: AttackResult, _ counts: TransferCounts, _ sources: [Subject],
    _ judges: [Subject], _ verdicts: [TransferCommand.Verdict], on entry: DeviceEntry,
    _ seconds: [String: Double]
  ) -> String {
    let used = result.parameters
    var facts = Facts()
    let first = sources[0]
    facts.add("data", "\(first.samples.name)  \(first.count) samples")
    facts.add("device", DevicePart(entry).text)
    let settings = used.settings.sorted { $0.key < $1.key }.map { "\($0) \($1)" }
    let steps = used.steps.map { ["\($0) \($0 == 1 ? "step" : "steps")"] } ?? []
    let targeted = command.choice.criterion.targeted.map { ["targeted at \($0)"] } ?? []
    facts.add(
      "attack",
      (["\(used.attack) in \(command.choice.measure.name) within \(used.budget ?? 0)"] + targeted + steps
        + settings
        + ["loss \(used.loss)", "seed \(used.seed)"]).joined(separator: ", "))
    if sources.count > 1 { facts.add("ensemble", "mean of \(command.ensemble.rawValue)") }
    facts.add(
      "common",
      "\(counts.common.count { $0 }) of \(first.count) samples are classified rightly by every model")
    facts.add(
      "passes",
      "\(Format.count(result.passes.forward)) forward, \(Format.count(result.passes.backward)) backward")
    facts.add("time", timeText(seconds, ["load", "attack", "judge"], samples: first.count))
    let isTargeted = result.parameters.isTargeted
    var table = Table(
      ["role", "model", "clean %", "adversarial %", "common", "all", "own correct", "fooled the surrogates"]
        + (isTargeted ? ["target"] : []))
    for (index, (subject, verdict)) in zip(sources + judges, verdicts).enumerated() {
      let shares = counts.shares(verdict)
      table.add(
        [
          index < sources.count ? "surrogate" : "target", subject.classifier.path,
          Format.percentage(verdict.clean.accuracy), Format.percentage(verdict.adversarial.accuracy),
          shares.common.text, shares.all.text, shares.correct.text, shares.fooled.text,
        ] + (shares.target.map { [$0.text] } ?? []))
    }
    return facts.text + "\n\nMisclassified afterwards:\n\n" + table.text
  }
}
