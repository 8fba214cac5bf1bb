import ArgumentParser
import ArrayFiles
import Attacks
import Compute
import Datasets
import DeviceSelection
import Networks

/// `tremor attack`: how many samples a classifier still gets right under attack.
struct AttackCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attack",
    abstract: "Attack a classifier: accuracy on clean samples and under attack.",
    discussion: """
      For example, on the first 1,000 test images of CIFAR-10:

        tremor attack model.onnx cifar10:cifar-10-batches-bin --norm linf --eps 8/255 --limit 1000

      Budgets and step sizes are in units of pixels of 0...1. Samples that are misclassified already are \
      not attacked; robust accuracy is the share of all samples that are classified rightly and do not \
      fall. What is reported is checked from what is stored: inside 0...1, within the budget without \
      tolerance, misclassified in a second pass. Results do not depend on --batch. After Ctrl-C what was found so far is \
      said, marked as interrupted.

      \(SettingArguments.help)
      """)

  @Argument(help: "The classifier, an ONNX file.") var model: String

  @Argument(help: DataArgument.help, transform: { try DataArgument($0) }) var data: DataArgument

  @OptionGroup var choice: AttackChoice

  @Option(
    name: [.customLong("save-adversarial"), .customLong("save-adv")],
    help: ArgumentHelp(
      "A file for the images found, pixels of 0...1 in the shape that the model takes, float32: .npz with images, "
        + "labels and indices, which npz:FILE reads again, or .npy with the images alone; with several budgets those "
        + "of the largest. None by default.", valueName: "file"))
  var saveAdversarial: String?

  @OptionGroup var samples: SampleOptions
  @OptionGroup var device: DeviceOptions
  @OptionGroup var answer: OutputOptions

  func validate() throws { _ = try choice.made() }

  func run() async throws {
    let (attacks, remarks) = try choice.made()
    try requireEnding(saveAdversarial, of: [".npz", ".npy"], "--save-adversarial")
    if let saveAdversarial { _ = try OutputFile(saveAdversarial) }
    var watch = Stopwatch()
    var subject = try Subject(model, data.source, samples, answer)
    let load = watch.lap()
    let entry = try device.entry(answer)
    let runner = AttackRunner(
      tile: samples.batch.count, restarts: choice.restarts, seed: samples.random.seed,
      stopsEarly: !choice.noEarlyStop, criterion: choice.criterion.criterion)
    var targets: [Int32]?
    if let targeted = choice.criterion.targeted {
      let chosen = try await subject.targets(
        by: targeted, seed: samples.random.seed, tile: samples.batch.count, on: entry.device)
      (subject, targets) = (subject.at(chosen.positions), chosen.classes)
      if let finding = chosen.finding { subject.findings.append(finding) }
    }
    let opening = watch.lap()
    let results = try await run(attacks, runner, subject, targets, on: entry.device)
    try subject.requireFinite(results[0])
    let last = results[results.count - 1].adversarial
    if let saveAdversarial { try AdversarialFile(saveAdversarial).write(last, subject.samples) }
    let reports = results.enumerated().map { index, result in
      AttackReport(
        choice, samples, result,
        stored: index == results.count - 1 ? StoredOutput(saveAdversarial, result.adversarial) : nil,
        load: index == 0 ? load : 0, opening: index == 0 ? opening : 0)
    }
    try say(
      reports, findings: subject.findings + remarks + findings(results, of: attacks.count), subject, on: entry
    )
    if Interruption.wasWished {
      // An interruption does not hide that the answer was lost.
      try Terminal.close()
      throw ExitCode(Tremor.Status.interrupted.rawValue)
    }
  }

  private func say(
    _ reports: [AttackReport], findings: [Warning], _ subject: Subject, on entry: DeviceEntry
  ) throws {
    let isSingle = choice.attack.aim == .nearest || choice.budgets.count == 1
    try answer.answer("attack", on: entry, findings: findings) {
      let header = try SubjectReport(subject)
      return isSingle
        ? AnyReport(JoinedReport(header, reports[0]))
        : AnyReport(JoinedReport(header, AttackReports(results: reports)))
    } text: {
      isSingle
        ? reports[0].text(subject, on: entry) : AttackReports(results: reports).text(subject, on: entry)
    }
  }

  /// What a reader must know: what several budgets have in common once, the rest with its budget.
  private func findings(_ results: [AttackResult], of count: Int) -> [Warning] {
    guard count > 1 else { return results[0].findings.map { Warning($0) } }
    let all = Set(results[0].findings).intersection(results.flatMap(\.findings)).filter { finding in
      results.allSatisfy { $0.findings.contains(finding) }
    }
    var warnings = results[0].findings.filter { all.contains($0) }.map { Warning($0) }
    for result in results {
      for finding in result.findings where !all.contains(finding) {
        var warning = Warning(finding)
        warning = Warning(
          kind: warning.kind, message: "within \(result.parameters.budget ?? 0): \(warning.message)",
          samples: warning.samples)
        warnings.append(warning)
      }
    }
    if results.count < count {
      let missing = choice.budgets[results.count...].map { "\($0)" }.joined(separator: ", ")
      warnings.append(
        Warning(kind: "interrupted", message: "the attack was interrupted before it began within \(missing)"))
    }
    return warnings
  }

  private func run(
    _ attacks: [any Attack], _ runner: AttackRunner, _ subject: Subject, _ targets: [Int32]?,
    on device: any Device
  ) async throws -> [AttackResult] {
    let bar = ProgressBar("attack", total: subject.count, unit: "steps", answer)
    defer { bar.finish() }
    let budgets = choice.budgets
    return try await subject.attacked(by: attacks, runner, subject.model, targets: targets, on: device) {
      progress in
      let place = attacks.count > 1 ? "within \(budgets[progress.attack]), " : ""
      bar.update(
        ProgressBar.Status(
          done: progress.done, total: progress.total, note: "\(place)\(progress.fallen) fallen"))
    }
  }
}

/// One of several reports.
private struct AnyReport: Encodable {
  private let write: (any Encoder) throws -> Void

  init(_ report: some Encodable) { write = { try report.encode(to: $0) } }

  func encode(to encoder: any Encoder) throws { try write(encoder) }
}

extension Subject {
  /// Throws where the model gives something that is not finite for every clean image; single samples count as wrong.
  fileprivate func requireFinite(_ result: AttackResult) throws {
    let isWild = { (sample: SampleResult) in !sample.isCleanCorrect && sample.flags.contains(.nonFiniteLogits)
    }
    guard let sample = result.samples.first, result.samples.allSatisfy(isWild) else { return }
    throw CommandFailure(
      "\(classifier.path): sample \(sample.index) of \(samples.name), and every other: the model's outputs for the "
        + "clean image are not finite")
  }
}
